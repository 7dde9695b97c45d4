/**
 * `baton contract`: the prompt of a policy in every notation, and the lint that checks prompts and validator against
 * each other.
 */
import { join } from 'node:path'
import { readInput } from '../config/index.ts'
import type { Problem, ProblemType } from '../core/problem.ts'
import { createChatModel } from '../llm/index.ts'
import { createPythonAnalyzer } from '../python/analysis/index.ts'
import { createSandbox } from '../python/index.ts'
import { startSimulator } from '../simulation/index.ts'
import {
  type ContractForm,
  type ContractName,
  contractForms,
  contractNames,
  executeWorkflow,
  type LintedPrompt,
  lintContract,
  promptsUnderLint,
  type RunExample,
  writeContract,
} from '../workflows/index.ts'
import { exitWith } from './errors.ts'
import { said } from './language.ts'
import { oneOf, optionError } from './option-values.ts'
import { writeOutputs } from './output-files.ts'
import { paint } from './paint.ts'
import { writeVerbatim } from './terminal-wrap.ts'
import { workflowWords } from './words/workflow.ts'

const types = ['math', 'code', 'qa'] as const

export interface ContractShowOptions {
  readonly type: string
  readonly contract: string
  readonly as: string
}

export function contractShowCommand(options: ContractShowOptions): void {
  const { type, contract } = readNames(options)
  const form = oneOf('--as', options.as, Object.keys(contractForms) as ContractForm[])
  writeVerbatim(`${writeContract(form, type, contract).trimEnd()}\n`)
}

export interface ExportOptions {
  readonly contract: string
  readonly force?: boolean
}

/** A folder for each problem type, a file for each notation. */
export function contractExportCommand(folder: string, options: ExportOptions): void {
  const contract = oneOf('--contract', options.contract, contractNames)
  const forms = Object.entries(contractForms) as [ContractForm, { file: string }][]
  const files = types.flatMap((type) =>
    forms.map(([form, { file }]) => [join(folder, type, file), `${writeContract(form, type, contract).trimEnd()}\n`]),
  )
  writeOutputs(Object.fromEntries(files), { isForced: options.force === true, setting: 'folder' })
  const names = forms.map(([, { file }]) => file).join(', ')
  for (const type of types) process.stdout.write(`${join(folder, type)}: ${names}\n`)
}

export interface LintOptions {
  readonly prompt?: string
  readonly type: string
  readonly contract: string
}

/** Exit code 4 when a prompt and the validator contradict each other. */
export async function contractLintCommand(options: LintOptions): Promise<void> {
  const prompts = options.prompt === undefined ? promptsUnderLint() : [promptIn(options.prompt, options)]
  const runner = createRunner()
  try {
    const analyzer = await createPythonAnalyzer()
    const report = await lintContract(prompts, analyzer, runner.run)
    const colour = paint(process.stdout)
    const words = workflowWords()
    for (const { prompt, what, message } of report.contradictions)
      process.stdout.write(
        `${colour.red(words.contradiction)} ${words.saidBy(prompt, said(what))}\n  ${said(message)}\n`,
      )
    const count = report.contradictions.length
    const { prompts: read, rules, examples } = report
    process.stdout.write(`${words.linted(read, rules, examples, count)}\n`)
    if (count > 0) exitWith(4)
  } finally {
    await runner.close()
  }
}

function promptIn(file: string, options: LintOptions): LintedPrompt {
  const { type, contract } = readNames(options)
  const text = readInput('the prompt', file)
  if (text.trim() === '') throw optionError(`the prompt ${file} is empty.`, 'Name a text file that holds the prompt.')
  return { name: file, type, contract, form: 'program', text, rules: null }
}

/** Small problems that every example can be run on; whether the answer is right does not matter. */
const problems: Readonly<Record<(typeof types)[number], Problem>> = {
  math: { id: 'lint-math', type: 'math', source: 'lint', question: 'What is 6 * 7?', answer: '42', difficulty: 1 },
  qa: {
    id: 'lint-qa',
    type: 'qa',
    source: 'lint',
    question: 'Who painted the wall?',
    context: 'Ada painted the wall. Ben painted the door.',
    answer: 'Ada',
    difficulty: 1,
  },
  code: {
    id: 'lint-code',
    type: 'code',
    source: 'lint',
    question: 'Write a function add(a, b) that returns the sum of a and b.',
    answer: 'def add(a, b):\n    return a + b',
    entryPoint: 'add',
    publicTests: ['assert add(1, 2) == 3'],
    difficulty: 1,
  },
}

interface Runner {
  readonly run: RunExample
  close(): Promise<void>
}

/** Opened when there is something to run. */
function createRunner(): Runner {
  let opened: Promise<Runner> | null = null
  return {
    run: async (program, type) => {
      opened ??= openRunner()
      return (await opened).run(program, type)
    },
    close: async () => (await opened)?.close(),
  }
}

/** Runs programs in the sandbox, their operators answered by the simulator. */
async function openRunner(): Promise<Runner> {
  const simulator = await startSimulator({ seed: 1, inWorker: false })
  const executor = createChatModel({ baseUrl: simulator.baseUrl, model: 'simulator' })
  const sandbox = await createSandbox({ processes: 1, interpretersPerProcess: 1 })
  const analyzer = await createPythonAnalyzer()
  const limits = { cpuMs: 5000, wallMs: 60_000, memoryMb: 256, maxOutputChars: 65_536, maxOperatorCalls: 32 }
  const deps = { executor, sandbox, analyzer, limits, runFallback: false, now: Date.now }
  const signal = new AbortController().signal
  return {
    run: async (program, type) => {
      const error = await sandbox.compile(program)
      if (error !== null) return `${error.type}: ${error.message}`
      const problem = problems[type as keyof typeof problems]
      const attempt = await executeWorkflow({ completionText: program, problem, deps }, { key: ['lint'], signal })
      if (attempt.outcome === 'answered') return null
      return attempt.failures[0]?.message ?? attempt.outcome
    },
    close: async () => {
      await sandbox.close()
      await executor.close()
      await simulator.close()
    },
  }
}

function readNames(options: { readonly type: string; readonly contract: string }): {
  type: ProblemType
  contract: ContractName
} {
  return {
    type: oneOf('--type', options.type, types),
    contract: oneOf('--contract', options.contract, contractNames),
  }
}
