/**
 * What the text of a prompt claims, held against the validator: the text is read as a policy reads it, wherever it came
 * from. Operators it lists must be allowed, called and read as listed; operators it names must be allowed or refused as
 * it says; signatures it shows must pass; programs and plans in it must be valid.
 */
import type { ProblemType } from '../../core/problem.ts'
import type { PythonAnalyzer } from '../../python/analysis/index.ts'
import {
  type ContractName,
  operatorNamed,
  operatorOfAttribute,
  operators,
  operatorsFor,
  workflowClass,
} from '../contract/index.ts'
import { planToProgram, readPlan } from '../grammar/index.ts'
import { type Finding, validateProgram } from '../validate/index.ts'
import type { Contradiction } from './contradiction.ts'

export interface PromptText {
  readonly type: ProblemType
  readonly contract: ContractName
  readonly text: string
}

type Report = Omit<Contradiction, 'prompt'>

export function* checkClaims(prompt: PromptText, analyzer: PythonAnalyzer): Generator<Report> {
  const { type, contract } = prompt
  const faults = (program: string): Finding[] =>
    validateProgram(program, type, { analyzer, contract }).findings.filter(({ severity }) => severity !== 'note')
  yield* checkOperatorLines(prompt, faults)
  yield* checkCalls(prompt, faults)
  yield* checkSentences(prompt)
  yield* checkSignatures(prompt, faults)
  yield* checkBlocks(prompt, faults)
}

/** Code blocks with the language they name. */
export function blocksOf(text: string): { readonly language: string; readonly content: string }[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].map(([, language = '', content = '']) => ({
    language,
    content,
  }))
}

const withoutBlocks = (text: string): string => text.replace(/^```\w*\n[\s\S]*?^```/gm, '')

/** `Name(a, b=...) -> {"key": type, ...}` at the head of a line. */
const operatorLinePattern = /^\s*(?:[-*]|\d+\.)?\s*`?([A-Z]\w+)\(([^()]*)\)(?:\s*->\s*\{([^}]*)\})?/gm

function* checkOperatorLines(
  { type, contract, text }: PromptText,
  faults: (code: string) => Finding[],
): Generator<Report> {
  const listed = new Set<string>()
  for (const [, name = '', parameters = '', keys] of withoutBlocks(text).matchAll(operatorLinePattern)) {
    listed.add(name)
    // `Name(self.llm)` shows how it is made, not how it is called.
    if (/\bllm\b/.test(parameters)) {
      if (!isOffered(name, type, contract))
        yield { what: `lists ${name}`, message: `The validator refuses ${name} for ${type} problems.` }
      continue
    }
    const names = parameters
      .split(',')
      .map((parameter) => parameter.trim().split(/[=:]/)[0]?.trim() ?? '')
      .filter((parameter) => parameter !== '' && parameter !== 'self')
    const required = parameters.split(',').flatMap((parameter, i) => (parameter.includes('=') ? [] : (names[i] ?? [])))
    const reads = [...(keys ?? '').matchAll(/["'](\w+)["']/g)].map((match) => match[1] as string)
    for (const args of [names, required])
      for (const { message } of faults(programWith(name, args, reads)))
        yield {
          what: `lists ${name}(${args.join(', ')})${reads.length > 0 ? ` with ${reads.join(', ')}` : ''}`,
          message,
        }
  }
  if (listed.size === 0) return
  for (const [, name = ''] of withoutBlocks(text).matchAll(/^\s*(?:[-*]|\d+\.)\s+[`*]*([A-Z]\w+)[`*]*\s*(?::|-|–|—)/gm))
    listed.add(name)
  for (const { name } of operatorsFor(type, contract))
    if (!listed.has(name)) yield { what: `does not list ${name}`, message: `${name} is allowed for ${type} problems.` }
}

function isOffered(name: string, type: ProblemType, contract: ContractName): boolean {
  return operatorsFor(type, contract).some((operator) => operator.name === name)
}

/** Calls shown in the text, `self.review(problem=..., solution=...)`, as the validator would take them. */
function* checkCalls({ text }: PromptText, faults: (code: string) => Finding[]): Generator<Report> {
  for (const [shown, attribute = '', args = ''] of withoutBlocks(text).matchAll(/\bself\.(\w+)\(([^()]*)\)/g)) {
    const operator = operatorOfAttribute(attribute)
    if (operator === undefined) continue
    const names = args
      .split(',')
      .map((argument) => argument.trim().split(/[=:]/)[0]?.trim() ?? '')
      .filter((name) => /^\w+$/.test(name))
    for (const { kind, message } of faults(programWith(operator.name, names, [])))
      if (/argument|allowed/.test(kind)) yield { what: `shows ${shown}`, message }
  }
}

/** A program that makes an operator, calls it with these arguments and reads these keys. */
function programWith(name: string, args: readonly string[], keys: readonly string[]): string {
  const { llmAttribute, llmFactory, llmConfig, operatorModule, init, costExpression } = workflowClass
  const reads = keys.map((key) => `result["${key}"]`)
  return `class ${workflowClass.name}:
    def __init__(self, ${init.join(', ')}):
        self.${llmAttribute} = ${llmFactory}(${llmConfig})
        self.made = ${operatorModule}.${name}(self.${llmAttribute})
    async def __call__(self, problem, entry_point=None):
        result = await self.made(${args.map((arg) => `${arg}=problem`).join(', ')})
        return [${reads.join(', ')}], ${costExpression}
`
}

/** An operator that a sentence names is refused in it if and only if the validator refuses it. */
function* checkSentences({ type, contract, text }: PromptText): Generator<Report> {
  const allowed = operatorsFor(type, contract)
  const prose = withoutBlocks(text).replace(operatorLinePattern, '')
  for (const sentence of prose.split(/(?<=[.!?;])\s+|\n/)) {
    const isRefusal = /\b(?:do not|don't|never|must not|cannot|not allowed|not available|forbidden|avoid|no)\b/i.test(
      sentence,
    )
    const isOffer = /\b(?:can|may|must|should|use|call|allowed|available)\b/i.test(sentence)
    for (const operator of operators) {
      if (!new RegExp(`(?<![.\\w])${operator.name}(?!\\w)`).test(sentence)) continue
      // `Test`, `Format`, `Custom` are words as well: they count where the sentence says something of using them.
      const isAllowed = allowed.includes(operator)
      if (isRefusal && isAllowed && /\buse\b/i.test(sentence))
        yield {
          what: `says "${sentence.trim()}"`,
          message: `The validator allows ${operator.name} for ${type} problems.`,
        }
      if (!isRefusal && isOffer && !isAllowed)
        yield {
          what: `says "${sentence.trim()}"`,
          message: `The validator refuses ${operator.name} for ${type} problems.`,
        }
    }
  }
}

/** Signatures of the two methods, and makings of operators, anywhere in the text outside code blocks. */
function* checkSignatures({ text }: PromptText, faults: (code: string) => Finding[]): Generator<Report> {
  const prose = withoutBlocks(text)
  const base = programWith('AnswerGenerate', ['input'], ['answer'])
  const report = function* (shown: string, program: string, kinds: readonly string[]): Generator<Report> {
    for (const { kind, message } of faults(program)) if (kinds.includes(kind)) yield { what: `shows ${shown}`, message }
  }
  for (const [shown, method = '', parameters = ''] of prose.matchAll(/\b(__init__|__call__)\(([^()]*)\)/g)) {
    const head = new RegExp(`def ${method}\\([^)]*\\)`)
    yield* report(shown, base.replace(head, `def ${method}(${parameters})`), ['wrong-signature', 'syntax-error'])
  }
  for (const [shown, name = '', args = ''] of prose.matchAll(/\boperator\.(\w+)\(([^()]*)\)/g)) {
    if (operatorNamed(name) === undefined) yield { what: `shows ${shown}`, message: `There is no operator ${name}.` }
    const made = base.replace(/operator\.\w+\([^)]*\)/, `operator.AnswerGenerate(${args})`)
    yield* report(shown, made, ['operator-without-llm', 'syntax-error'])
  }
}

/** Python with a class is a whole example; JSON with candidates is a plan. */
function* checkBlocks({ type, text }: PromptText, faults: (code: string) => Finding[]): Generator<Report> {
  for (const program of examplesOf(text, type))
    for (const { line, message } of faults(program))
      yield { what: 'holds an example', message: `Line ${line}: ${message}` }
}

/** The programs of a prompt's examples, those of plans written out. */
export function examplesOf(text: string, type: ProblemType): string[] {
  return blocksOf(text).flatMap(({ language, content }) => {
    if (/\bclass \w+/.test(content)) return [content]
    if (language !== 'json') return []
    try {
      const plan = readPlan(JSON.parse(content))
      return plan === null ? [] : [planToProgram(plan, type)]
    } catch {
      return []
    }
  })
}
