/** `baton workflow run`: one workflow on one problem, with the trace of its operators. */
import { existsSync, readFileSync } from 'node:fs'
import { loadConfig } from '../config/index.ts'
import { BatonError, type Failure } from '../core/failure.ts'
import { modelServer } from '../core/inputs/address.ts'
import type { Problem, ProblemType } from '../core/problem.ts'
import { loadProblems } from '../datasets/index.ts'
import { createPythonAnalyzer } from '../python/analysis/index.ts'
import { createSandbox } from '../python/index.ts'
import { openModelServers } from '../session/model-servers.ts'
import { dialectTitles, type LoadedWorkflow, runWorkflow } from '../workflows/dialects/index.ts'
import { exitWith } from './errors.ts'
import { executorText } from './executor-text.ts'
import { dollars, shellWord } from './format.ts'
import { said } from './language.ts'
import { addressOption, keyOption, optionError, seedOption } from './option-values.ts'
import { paint } from './paint.ts'
import { writeVerbatim } from './terminal-wrap.ts'
import { commonWords } from './words/common.ts'
import { workflowWords } from './words/workflow.ts'
import { loadAt } from './workflow-source.ts'

export interface WorkflowRunCommandOptions {
  readonly problem: string
  readonly data?: string
  readonly type?: ProblemType
  readonly context?: string
  readonly entryPoint?: string
  readonly test?: readonly string[]
  readonly server: string
  readonly model?: string
  readonly apiKeyEnv?: string
  readonly systemPython?: string
  readonly seed: string
  readonly json?: boolean
  readonly root?: readonly string[]
}

type Ran = Awaited<ReturnType<typeof runWorkflow>>

export async function workflowRunCommand(path: string, options: WorkflowRunCommandOptions): Promise<void> {
  const analyzer = await createPythonAnalyzer()
  const known = options.data === undefined ? null : await problemOf(options.data, options.problem)
  const type = options.type ?? known?.type
  const hint = options.entryPoint !== undefined ? 'code' : options.context === undefined ? 'math' : 'qa'
  const loaded = loadAt(path, { type, hint, root: options.root }, analyzer)
  const problem = known ?? statedProblem(loaded.type, options)
  const interruption = new AbortController()
  const { signal } = interruption
  const interrupt = (): void => interruption.abort(new Error('interrupted'))
  process.once('SIGINT', interrupt)
  const { config } = loadConfig({ set: settings(options), environment: process.env })
  const { systemPython } = config.sandbox
  const sandbox = await createSandbox({ processes: 1, interpretersPerProcess: 1, systemPython })
  const opened: { close(): Promise<void> }[] = [sandbox]
  let executor: string
  let ran: Ran
  try {
    const servers = await openModelServers(config, undefined, { environment: process.env, signal })
    opened.push(servers)
    executor = executorText(config.llm.executor, servers.simulatorPort)
    const deps = { executor: servers.executor, sandbox, limits: config.sandbox, now: Date.now }
    ran = await runWorkflow(loaded.workflow, { problem, deps }, { key: [config.seed, 'workflow', problem.id], signal })
  } catch (error) {
    if (!signal.aborted) throw error
    process.stderr.write(`${commonWords().interrupted}\n`)
    exitWith(130)
    return
  } finally {
    process.off('SIGINT', interrupt)
    for (const one of opened) await one.close()
  }
  if (options.json === true) {
    const { file, dialect } = loaded.workflow
    writeVerbatim(`${JSON.stringify({ file, dialect, problem: problem.id, ...ran }, null, 2)}\n`)
  } else print(ran, loaded.workflow, executor)
  if (ran.outcome !== 'answered') throw failureOf(ran, path)
}

/** @throws BatonError naming what went wrong, by its class. */
function failureOf({ outcome, failures }: Ran, path: string): BatonError {
  const failure: Failure = failures.at(-1) ?? { boundary: 'sandbox', code: 'failed', message: 'The program failed.' }
  if (outcome === 'unavailable') {
    const first = failures[0] ?? failure
    const options = {
      boundary: first.boundary,
      code: first.code,
      exitCode: 3,
      hint: 'Is the server up? Try again, or leave --server out to use the simulator.',
    } as const
    return new BatonError(`${first.message} [${first.boundary}/${first.code}]`, options)
  }
  const hint = `For what else is wrong with it: npx baton workflow check ${shellWord(path)}`
  return new BatonError(`${failure.message} [${failure.boundary}/${failure.code}]`, { ...failure, hint })
}

function print(ran: Ran, workflow: LoadedWorkflow, executor: string): void {
  const { bold, dim } = paint(process.stdout)
  const words = workflowWords()
  const files = Object.values(workflow.files).map(({ path }) => path)
  const lines = [
    dim(words.source(workflow.file, words.dialects[workflow.dialect] ?? dialectTitles[workflow.dialect], files)),
    dim(words.executor(executor)),
  ]
  ran.operators.forEach(({ operator, outcome, result, message, llmCalls, costUsd }, i) => {
    const shown = message ?? Object.values(result ?? {}).join(' | ')
    const cost = costUsd > 0 ? ` ${dollars(costUsd)}` : ''
    const calls = words.calls(llmCalls, cost)
    lines.push(
      `${String(i + 1).padStart(3)} ${operator.padEnd(18)} ${outcome === 'returned' ? '' : `${words.outcomes[outcome] ?? outcome}: `}${oneLine(shown)} ${dim(`(${calls})`)}`,
    )
  })
  for (const { code, message } of ran.violations) lines.push(`    ${bold(words.ruleBroken)} ${code}: ${said(message)}`)
  const total = ran.operators.reduce((sum, { costUsd }) => sum + costUsd, 0)
  const failed = ran.operators.filter(({ outcome }) => outcome !== 'returned').length
  if (failed > 0) lines.push(dim(words.callsFailed(failed, ran.operators.length)))
  if (total > 0) lines.push(dim(words.cost(dollars(total))))
  if (ran.outcome === 'answered') lines.push('', bold(words.answer), ran.prediction)
  process.stdout.write(`${lines.join('\n')}\n`)
}

function oneLine(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim()
  return flat.length > 100 ? `${flat.slice(0, 99)}…` : flat
}

function settings({ server, model, apiKeyEnv, systemPython, seed }: WorkflowRunCommandOptions): string[] {
  addressOption('--server', server, { kind: modelServer, words: ['simulator'] })
  if (server === 'simulator' && model !== undefined)
    throw optionError('--model needs --server.', 'For example --server http://localhost:8002/v1 --model gpt-oss-120b.')
  if (server !== 'simulator' && model === undefined)
    throw optionError('--server needs --model.', 'Name the model as the server lists it.')
  keyOption('--api-key-env', apiKeyEnv, process.env)
  const quoted = JSON.stringify
  return [
    `seed=${seedOption(seed)}`,
    ...['executor', 'judge'].map((role) => `llm.${role}.baseUrl=${quoted(server)}`),
    ...(model === undefined ? [] : ['executor', 'judge'].map((role) => `llm.${role}.model=${quoted(model)}`)),
    ...(apiKeyEnv === undefined
      ? []
      : ['executor', 'judge'].map((role) => `llm.${role}.apiKeyEnvironment=${quoted(apiKeyEnv)}`)),
    ...(systemPython === undefined ? [] : [`sandbox.systemPython=${quoted(systemPython)}`]),
  ]
}

async function problemOf(file: string, id: string): Promise<Problem> {
  const { problems } = await loadProblems(file, { skipBadRows: true })
  const found = problems.find((problem) => problem.id === id)
  if (found !== undefined) return found
  const some = problems.slice(0, 3).map((problem) => problem.id)
  throw optionError(`${file} has no problem ${id}.`, `Its ids are like ${some.join(', ')}.`)
}

/** A problem as given by the options; there is nothing to score it by. */
function statedProblem(type: ProblemType, { problem, context, entryPoint, test }: WorkflowRunCommandOptions): Problem {
  const question = textOf('--problem', problem)
  if (question.trim() === '') throw optionError('--problem is empty.', 'Give the problem as a text, or as @file.')
  const asked = /`(\w+)\(|\bdef (\w+)\(|\bfunction (\w+)\(/.exec(question)
  const named = entryPoint ?? (type === 'code' ? (asked?.[1] ?? asked?.[2] ?? asked?.[3]) : undefined)
  return {
    id: 'stated',
    type,
    source: 'stated',
    question,
    answer: '-',
    difficulty: 1,
    ...(context === undefined ? {} : { context: textOf('--context', context) }),
    ...(named === undefined ? {} : { entryPoint: named }),
    ...(test === undefined ? {} : { publicTests: test }),
  }
}

function textOf(name: string, value: string): string {
  if (!value.startsWith('@')) return value
  const file = value.slice(1)
  if (!existsSync(file))
    throw optionError(`${name}: there is no file ${file}.`, 'A text that begins with @ is read from that file.')
  return readFileSync(file, 'utf8').trim()
}
