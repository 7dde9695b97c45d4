/**
 * What is wrong with a workflow program before anybody runs it: the validator's findings as far as they hold for its dialect,
 * prompt constants that no prompt file has, operators and packages that are nowhere. Reads and never runs the program.
 */
import type { ProblemType } from '../../core/problem.ts'
import type { PythonAnalyzer, PythonFunction } from '../../python/analysis/index.ts'
import { allowedModules, deniedModules, operatorNamed } from '../contract/index.ts'
import { type Finding, type FindingKind, type OperatorUse, validateProgram } from '../validate/index.ts'
import { surplusParameters } from './bundle.ts'
import type { Dialect } from './dialect.ts'
import type { LoadedWorkflow } from './load-workflow.ts'
import { absoluteName, folderPackage } from './resolve-files.ts'

export interface WorkflowFinding {
  readonly severity: Finding['severity']
  readonly line: number
  /** A kind of the validator, or `missing-prompt`, `missing-package`. */
  readonly code: string
  readonly message: string
}

export interface WorkflowCheck {
  /** Operator calls in the order written. */
  readonly operators: readonly OperatorUse[]
  /** By line. An error means that it would fail. */
  readonly findings: readonly WorkflowFinding[]
}

export function checkWorkflow(workflow: LoadedWorkflow, type: ProblemType, analyzer: PythonAnalyzer): WorkflowCheck {
  const { operators, findings } = validateProgram(withCall(workflow.code), type, { analyzer })
  const own = ownOperators(workflow)
  const kept = findings.filter((finding) => holds(finding, workflow, own))
  const found = [
    ...kept.map(({ severity, line, kind, message }): WorkflowFinding => {
      // It runs all the same here: only a policy of ours is held to the house rules.
      const isRule = severity === 'error' && houseRules.has(kind)
      return { severity: isRule ? 'note' : severity, line, code: kind, message }
    }),
    ...missingPrompts(workflow),
    ...missingPackages(workflow),
  ]
  return { operators, findings: found.sort((a, b) => a.line - b.line) }
}

/** ScoreFlow's entrance under the name that the validator looks for; every line stays where it is. */
function withCall(code: string): string {
  return /\bdef __call__\b/.test(code) ? code : code.replace(/\bdef run_workflow\b/, 'def __call__')
}

/** Rules for what policies write here, which programs written for other frameworks need not keep. */
const houseRules: ReadonlySet<FindingKind> = new Set([
  'wrong-signature',
  'missing-cost',
  'llm-not-made',
  'leaked-code',
  'not-async',
  'missing-method',
  'operator-not-allowed',
])

/** Those that go by the contract's calls, which ScoreFlow's operators do not have. */
const callRules: ReadonlySet<FindingKind> = new Set([
  'missing-argument',
  'unknown-argument',
  'unknown-key',
  'result-as-text',
  'missing-return',
  'operator-without-llm',
])

/** What cannot be determined where attributes are set by computed names. */
const byName: ReadonlySet<FindingKind> = new Set(['operator-not-made', 'unknown-attribute', 'misspelt-name'])

const ownDialects: ReadonlySet<Dialect> = new Set(['contract', 'operators', 'arrow'])
const surplusArguments: ReadonlySet<string> = new Set(surplusParameters)

/** Operators that the frameworks' stand-ins have beyond the contract. */
const olderOperators: ReadonlySet<string> = new Set(['QAScEnsemble', 'Generate', 'Rephrase'])
const scoreflowOperators: ReadonlySet<string> = new Set(['Summarize', 'Ensemble', 'Reflect'])

function holds(finding: Finding, workflow: LoadedWorkflow, own: ReadonlySet<string>): boolean {
  const { dialect, module } = workflow
  if (finding.kind === 'unknown-operator' && (own.has(finding.operator) || olderOperators.has(finding.operator)))
    return false
  if (finding.kind === 'unknown-operator' && dialect === 'scoreflow') return !scoreflowOperators.has(finding.operator)
  if (finding.kind === 'unknown-argument' && surplusArguments.has(finding.argument)) return false
  if (finding.kind === 'forbidden-import') return finding.reason === 'denied'
  if (finding.kind === 'no-class') return !module.classes.some(({ methods }) => methods.some(isEntrance))
  if (finding.kind === 'undefined-name' && givenNames.has(finding.name)) return false
  if (/\bsetattr\s*\(\s*self\b/.test(workflow.code) && byName.has(finding.kind)) return false
  if (ownDialects.has(dialect)) return true
  if (finding.kind === 'undefined-name' && finding.name === 'prompt_custom') return workflow.prompt === null
  if (houseRules.has(finding.kind)) return false
  return dialect !== 'scoreflow' || !callRules.has(finding.kind)
}

/** Names that frameworks put into a program without an import. */
const givenNames: ReadonlySet<string> = new Set([
  'create',
  'operator',
  'CostManager',
  'AsyncLLM',
  'LLMConfig',
  'logger',
])

function isEntrance({ name }: PythonFunction): boolean {
  return name === '__call__' || name === 'run_workflow'
}

const operatorModule = /(?:^|\.)operators?$/
const promptModule = /(?:^|\.)(?:prompts?|prompt_custom)$/

/** Classes that the folder's operator files and the program itself declare. */
function ownOperators({ files, module }: LoadedWorkflow): Set<string> {
  const texts = Object.entries(files).flatMap(([name, file]) => (operatorModule.test(name) ? [file.source] : []))
  const declared = texts.flatMap((text) => [...text.matchAll(/^class (\w+)/gm)].map((match) => match[1] ?? ''))
  return new Set(
    [...declared, ...module.classes.map(({ name }) => name)].filter((name) => operatorNamed(name) === undefined),
  )
}

/** `prompt_custom.XXX_PROMPT` where the prompt file assigns no such name. */
function missingPrompts({ module, files }: LoadedWorkflow): WorkflowFinding[] {
  const functions = [module.body, ...module.functions, ...module.classes.flatMap(({ methods }) => methods)].flatMap(
    withNested,
  )
  return module.imports.flatMap(({ module: name, name: imported, boundName, line }): WorkflowFinding[] => {
    const base = absoluteName(name, folderPackage)
    const whole = imported === null ? base : `${base}.${imported}`
    if (!promptModule.test(whole)) return []
    const reads = functions.flatMap(({ attributeReads }) =>
      attributeReads.filter(({ path }) => path[0] === boundName && path.length > 1),
    )
    const file = files[whole] ?? files[base]
    if (file === undefined) {
      const message = `There is no prompt file for ${whole}.`
      return [{ severity: reads.length > 0 ? 'error' : 'note', line, code: 'missing-prompt', message }]
    }
    const has = new Set([...file.source.matchAll(/^(\w+)\s*(?::[^=\n]+)?=/gm)].map((match) => match[1]))
    if (/^from .* import \*/m.test(file.source)) return []
    const missing = new Map(reads.filter(({ path }) => !has.has(path[1])).map((read) => [read.path[1], read]))
    return [...missing.values()].map((read) => ({
      severity: 'error',
      line: read.line,
      code: 'missing-prompt',
      message: `${file.path} has no ${read.path[1]}${has.size === 0 ? '' : `; it has ${[...has].slice(0, 5).join(', ')}`}.`,
    }))
  })
}

function withNested(facts: PythonFunction): PythonFunction[] {
  return [facts, ...facts.nested.flatMap(withNested)]
}

const providedPackages =
  /^(?:workspace|scripts|dotenv|nest_asyncio|wandb|tqdm|metagpt|evoagentx|examples|weave|loguru|pydantic|tenacity|schemes|scoreflow|aflow|maas|ext|template|optimized)$/i

/** Packages that neither the folder, the frameworks nor the standard library have: importing them is well, using them is not. */
function missingPackages({ module, files }: LoadedWorkflow): WorkflowFinding[] {
  return module.imports.flatMap(({ module: name, name: imported, line }): WorkflowFinding[] => {
    const root = name.split('.')[0] ?? ''
    const isFile = name in files || (imported !== null && `${name}.${imported}` in files)
    if (root === '' || isFile || providedPackages.test(root) || allowedModules.has(root) || deniedModules.has(root))
      return []
    if (promptModule.test(name) || operatorModule.test(name)) return []
    const message = `${root} is not available in the sandbox; the program fails where it uses it.`
    return [{ severity: 'note', line, code: 'missing-package', message }]
  })
}
