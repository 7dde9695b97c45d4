/**
 * The contract lint: no rule is stated in a prompt that the validator does not hold, none is held that no prompt states,
 * and every example of every prompt passes the validator, is a text of its grammar and runs. Prompts come in as data, so
 * that a contradiction can be put into one and be seen.
 */
import type { ProblemType } from '../../core/problem.ts'
import type { PythonAnalyzer } from '../../python/analysis/index.ts'
import { type ContractName, contractNames } from '../contract/index.ts'
import { programGrammar, regexOf } from '../grammar/index.ts'
import { type Rule, rulesFor, systemPrompt, type WorkflowForm } from '../prompt/index.ts'
import { type FindingKind, validateProgram } from '../validate/index.ts'
import type { Contradiction } from './contradiction.ts'
import { probesFor } from './probes.ts'
import { checkClaims, examplesOf } from './prompt-claims.ts'

export interface LintedPrompt {
  /** For a person: `full math prompt`. */
  readonly name: string
  readonly type: ProblemType
  readonly contract: ContractName
  readonly form: WorkflowForm
  /** As the policy gets it. */
  readonly text: string
  /** null: the prompt is text alone, and its rules are not known one by one. */
  readonly rules: readonly Rule[] | null
}

/** Why a program has no answer, or null. */
export type RunExample = (program: string, type: ProblemType) => Promise<string | null>

export interface LintReport {
  readonly contradictions: readonly Contradiction[]
  readonly prompts: number
  readonly rules: number
  readonly examples: number
}

const types: readonly ProblemType[] = ['math', 'code', 'qa']

/** Every prompt that a policy can be given. */
export function promptsUnderLint(): LintedPrompt[] {
  return contractNames.flatMap((contract) =>
    types.flatMap((type) =>
      (['program', 'plan'] as const).map((form) => ({
        name: `${contract} ${type} ${form} prompt`,
        type,
        contract,
        form,
        text: systemPrompt(type, { contract, form }),
        rules: form === 'program' ? rulesFor(type, contract) : null,
      })),
    ),
  )
}

export async function lintContract(
  prompts: readonly LintedPrompt[],
  analyzer: PythonAnalyzer,
  runExample: RunExample,
): Promise<LintReport> {
  const contradictions: Contradiction[] = []
  let examples = 0
  for (const prompt of prompts) {
    const add = (what: string, message: string): void => {
      const isKnown = contradictions.some(
        (known) => known.prompt === prompt.name && known.what === what && known.message === message,
      )
      if (!isKnown) contradictions.push({ prompt: prompt.name, what, message })
    }
    for (const { what, message } of [...checkClaims(prompt, analyzer), ...checkRules(prompt, analyzer)])
      add(what, message)
    const programs = examplesOf(prompt.text, prompt.type)
    examples += programs.length
    const isInGrammar = new RegExp(`^(?:${regexOf(programGrammar(prompt.type, prompt.contract))})$`, 'u')
    for (const program of programs) {
      if (prompt.rules !== null && !isInGrammar.test(program)) add('holds an example', 'It is no text of the grammar.')
      const failure = await runExample(program, prompt.type)
      if (failure !== null) add('holds an example', `It does not run: ${failure}`)
    }
    if (prompt.rules !== null && programs.length === 0) add('holds no example', 'A prompt shows at least one program.')
  }
  const rules = prompts.reduce((sum, prompt) => sum + (prompt.rules?.length ?? 0), 0)
  return { contradictions, prompts: prompts.length, rules, examples }
}

/** Each rule is enforced by the findings it is bound to, and each finding that counts belongs to a rule. */
function* checkRules(
  { type, contract, text, rules }: LintedPrompt,
  analyzer: PythonAnalyzer,
): Generator<Omit<Contradiction, 'prompt'>> {
  if (rules === null) return
  const probes: Readonly<Record<string, string>> = probesFor(type, contract)
  const counted = (program: string): FindingKind[] =>
    validateProgram(program, type, { analyzer, contract })
      .findings.filter(({ severity }) => severity !== 'note')
      .map(({ kind }) => kind)
  for (const rule of rules) {
    if (!text.includes(rule.text))
      yield { what: `does not state "${rule.text}"`, message: 'It is a rule of the contract.' }
    for (const kind of rule.findings) {
      const probe = probes[kind]
      if (probe === undefined || !counted(probe).includes(kind))
        yield { what: `states "${rule.text}"`, message: `The validator does not hold it: no ${kind} is found.` }
    }
  }
  const announced = new Set(rules.filter((rule) => text.includes(rule.text)).flatMap(({ findings }) => findings))
  for (const probe of Object.values(probes))
    for (const kind of counted(probe))
      if (!announced.has(kind)) yield { what: `states no rule for ${kind}`, message: 'The validator counts it.' }
}
