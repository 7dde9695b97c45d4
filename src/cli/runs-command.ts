/** `baton runs`: the runs of a folder as a table, or for programs. */
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { type Rate, rateByProblem } from '../core/clustered-rate.ts'
import { evaluationName, isOfTraining } from '../core/evaluation-labels.ts'
import { BatonError } from '../core/failure.ts'
import type { Decoding, EvaluationRecord } from '../core/records.ts'
import { nearestName } from '../core/spelling.ts'
import { visibleText } from '../core/visible-text.ts'
import { accuracyTable, hasEvaluation, readEvaluation } from '../demonstrations/evaluation/index.ts'
import { leadingShots } from '../demonstrations/report/index.ts'
import {
  folderBytes,
  plannedStepsOf,
  type RunKind,
  type RunState,
  readRun,
  runFolders,
  runKindOf,
  runStateText,
  serverSummary,
  summaryOf,
} from '../runs/index.ts'
import { bytes, dollars, localMinute, rateText } from './format.ts'
import { said } from './language.ts'
import { optionError } from './option-values.ts'
import { paint } from './paint.ts'
import { brokenLines } from './show/side-by-side.ts'
import { writeVerbatim } from './terminal-wrap.ts'
import { type TextColumn, terminalWidth, textTable } from './text-table.ts'
import { evaluationWords } from './words/evaluation.ts'
import { type RunsWords, runsWords } from './words/runs.ts'

export interface RunsOptions {
  readonly sort: string
  readonly json?: boolean
}

interface RunRow {
  readonly name: string
  readonly folder: string
  readonly kind: RunKind | null
  /** `damaged`: it cannot be read, for the reason in `message`. A server is `running` or `stopped`. */
  readonly state: RunState | { readonly state: 'stopped' } | { readonly state: 'damaged'; readonly message: string }
  /** null where nothing is trained. */
  readonly step: number | null
  /** null where the configuration names no number of steps. */
  readonly plannedSteps: number | null
  readonly accuracy: Accuracy | null
  readonly costUsd: number | null
  readonly sizeBytes: number
  /** ISO 8601; '' where it is not known. */
  readonly createdAt: string
  readonly seed: number | null
}

/** What was measured last: the policy of a training, or the method that an evaluation of demonstrations is about. */
type Accuracy = Rate &
  ({ readonly label: string; readonly decoding: Decoding } | { readonly method: string; readonly shots: number })

type Order = (a: RunRow, b: RunRow) => number

const newestFirst: Order = (a, b) => compareText(b.createdAt, a.createdAt)
const byText =
  (of: (row: RunRow) => string): Order =>
  (a, b) =>
    compareText(of(a), of(b))
const largestFirst =
  (of: (row: RunRow) => number): Order =>
  (a, b) =>
    of(b) - of(a)

const orders: Readonly<Record<string, Order>> = {
  when: newestFirst,
  name: byText(({ name }) => name),
  state: byText(({ state }) => runStateText(state)),
  kind: byText(({ kind }) => kind ?? ''),
  step: largestFirst(({ step }) => step ?? -1),
  accuracy: largestFirst(({ accuracy }) => accuracy?.value ?? -1),
  cost: largestFirst(({ costUsd }) => costUsd ?? -1),
  size: largestFirst(({ sizeBytes }) => sizeBytes),
}

/** Before the first run it is not there. */
const defaultFolder = 'runs'

export function runsCommand(folder: string, options: RunsOptions): void {
  const order = Object.hasOwn(orders, options.sort) ? orders[options.sort] : undefined
  if (order === undefined) {
    const names = Object.keys(orders)
    const meant = nearestName(options.sort, names)
    throw optionError(
      `--sort must be one of ${names.join(', ')} (got ${options.sort}).`,
      meant === null ? 'For example --sort cost.' : `Did you mean --sort ${meant}?`,
    )
  }
  if (folder !== defaultFolder && !existsSync(folder)) {
    throw optionError(`there is no folder ${folder}.`, 'Give the folder that holds the runs, such as runs.')
  }
  const words = runsWords()
  const rows = runFolders(folder)
    .map(({ folder: path, isServer }) => (isServer ? serverRow(path) : readableRow(path)))
    .sort((a, b) => order(a, b) || newestFirst(a, b) || compareText(a.name, b.name))
  if (options.json === true) {
    writeVerbatim(`${JSON.stringify({ version: 1, folder, runs: rows }, null, 2)}\n`)
    return
  }
  if (rows.length === 0) {
    process.stdout.write(`${words.noRuns(visibleText(folder))}\n`)
    return
  }
  const width = terminalWidth()
  const cells = rows.map((row) => cellsOf(row, words))
  const [titles = '', ...lines] = textTable(columnsOf(words), cells, width)
  const messages = rows.flatMap(({ name, state }) =>
    'message' in state ? [visibleText(words.message(name, said(state.message))).replaceAll('\n', ' ')] : [],
  )
  const why = messages.length === 0 ? [] : ['', ...messages.flatMap((message) => brokenLines(message, width))]
  process.stdout.write(`${[paint(process.stdout).bold(titles), ...lines, ...why].join('\n')}\n`)
}

/** What cannot be read is listed too, with the reason. */
function readableRow(folder: string): RunRow {
  try {
    return runRow(folder)
  } catch (error) {
    if (!(error instanceof BatonError)) throw error
    return {
      ...{ name: basename(folder), folder, kind: runKindOf(folder) },
      ...{ state: { state: 'damaged', message: error.message }, step: null, plannedSteps: null },
      ...{ accuracy: null, costUsd: null, sizeBytes: folderBytes(folder), createdAt: '', seed: null },
    }
  }
}

function runRow(folder: string): RunRow {
  const run = readRun(folder)
  try {
    const { name, state, lastStep, costUsd, sizeBytes, manifest } = summaryOf(run, folder)
    const kind = runKindOf(folder) ?? 'training'
    const isTraining = kind === 'training' || kind === 'demonstrations-training'
    return {
      ...{ name, folder, kind, state },
      step: isTraining ? lastStep : null,
      plannedSteps: isTraining ? plannedStepsOf(run) : null,
      accuracy: kind === 'evaluation' ? accuracyOfMethod(folder) : accuracyOfPolicy(run.evaluations()),
      ...{ costUsd, sizeBytes, createdAt: manifest.createdAt, seed: manifest.seed },
    }
  } finally {
    run.close()
  }
}

function serverRow(path: string): RunRow {
  const { name, folder, isRunning, sizeBytes, createdAt } = serverSummary(path)
  return {
    ...{ name, folder, kind: 'serve', state: isRunning ? { state: 'running' } : { state: 'stopped' } },
    ...{ step: null, plannedSteps: null, accuracy: null, costUsd: null, sizeBytes, createdAt, seed: null },
  }
}

function accuracyOfPolicy(evaluations: readonly EvaluationRecord[]): Accuracy | null {
  const newest = newestOf(evaluations)
  if (newest === undefined) return null
  return { label: evaluationName(newest), decoding: newest.decoding, ...rateByProblem(newest.outcomes) }
}

/** At the number of shots that its report leads with; n are questions. */
function accuracyOfMethod(folder: string): Accuracy | null {
  if (!hasEvaluation(folder)) return null
  const { method, rows } = readEvaluation(folder)
  const own = rows.filter((row) => row.method === method)
  const shots = leadingShots([...new Set(own.map((row) => row.shots))])
  const all = { kind: 'prefix', from: 0, to: own.length } as const
  const [cell] = accuracyTable(
    own.filter((row) => row.shots === shots),
    [all],
  )
  return cell?.accuracy == null ? null : { method, shots, ...cell.accuracy, n: cell.accuracy.trials }
}

/** The newest result of the policy, greedy before sampled. */
function newestOf(evaluations: readonly EvaluationRecord[]): EvaluationRecord | undefined {
  const own = evaluations.filter(isOfTraining)
  const step = Math.max(...own.map((evaluation) => evaluation.step))
  const newest = own.filter((evaluation) => evaluation.step === step)
  // Within a step, the final result comes after the evaluations made during training.
  return newest.findLast(({ decoding }) => decoding === 'greedy') ?? newest.at(-1)
}

function columnsOf({ columns }: RunsWords): TextColumn[] {
  return [
    { title: columns.run, side: 'left', rank: 0 },
    { title: columns.state, side: 'left', rank: 0 },
    { title: columns.kind, side: 'left', rank: 2 },
    { title: columns.step, side: 'right', rank: 0 },
    { title: columns.accuracy, side: 'left', rank: 0 },
    { title: columns.cost, side: 'right', rank: 3 },
    { title: columns.size, side: 'right', rank: 4 },
    { title: columns.begun, side: 'left', rank: 1 },
  ]
}

function cellsOf(row: RunRow, words: RunsWords): string[] {
  const { name, kind, state, step, plannedSteps, accuracy, costUsd, sizeBytes, createdAt } = row
  return [
    visibleText(name),
    'code' in state ? words.why(words.states[state.state], state.code) : words.states[state.state],
    kind === null ? '–' : words.kinds[kind],
    step === null ? '–' : plannedSteps === null ? String(step) : `${step}/${plannedSteps}`,
    accuracy === null ? '–' : accuracyText(accuracy, words),
    costUsd === null ? '–' : dollars(costUsd),
    bytes(sizeBytes),
    createdAt === '' ? '–' : localMinute(createdAt),
  ]
}

function accuracyText(accuracy: Accuracy, words: RunsWords): string {
  const rate = rateText(accuracy)
  const { title, evaluation, decodings } = evaluationWords()
  return 'method' in accuracy
    ? `${rate} ${words.shots(visibleText(accuracy.method), accuracy.shots)}`
    : `${rate} ${title(visibleText(evaluation(accuracy.label)), decodings[accuracy.decoding], '')}`
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
