/** `baton runs`: the runs of a folder as a table, or for programs. */
import { type Rate, rateByProblem } from '../core/clustered-rate.ts'
import { evaluationName, isOfTraining } from '../core/evaluation-labels.ts'
import type { JsonObject } from '../core/json.ts'
import type { Decoding, EvaluationRecord } from '../core/records.ts'
import { visibleText } from '../core/visible-text.ts'
import { listRuns, type RunKind, type RunSummary, readRun, runKindOf, runStateText } from '../runs/index.ts'
import { bytes, dollars, localMinute, rateText } from './format.ts'
import { optionError } from './option-values.ts'
import { paint } from './paint.ts'
import { type TextColumn, terminalWidth, textTable } from './text-table.ts'

export interface RunsOptions {
  readonly sort: string
  readonly json?: boolean
}

interface RunRow {
  readonly run: RunSummary
  readonly kind: RunKind
  /** null where the configuration names no number of steps. */
  readonly plannedSteps: number | null
  readonly accuracy: (Rate & { readonly label: string; readonly decoding: Decoding }) | null
}

type Order = (a: RunRow, b: RunRow) => number

const newestFirst: Order = (a, b) => compareText(b.run.manifest.createdAt, a.run.manifest.createdAt)
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
  name: byText(({ run }) => run.name),
  state: byText(({ run }) => runStateText(run.state)),
  kind: byText(({ kind }) => kind),
  step: largestFirst(({ run }) => run.lastStep),
  accuracy: largestFirst(({ accuracy }) => accuracy?.value ?? -1),
  cost: largestFirst(({ run }) => run.costUsd),
  size: largestFirst(({ run }) => run.sizeBytes),
}

export function runsCommand(folder: string, options: RunsOptions): void {
  const order = orders[options.sort]
  if (order === undefined) {
    throw optionError(
      `--sort must be one of ${Object.keys(orders).join(', ')} (got ${options.sort}).`,
      'For example --sort cost.',
    )
  }
  const rows = listRuns(folder)
    .map(rowOf)
    .sort((a, b) => order(a, b) || newestFirst(a, b) || compareText(a.run.name, b.run.name))
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ version: 1, folder, runs: rows.map(jsonOf) }, null, 2)}\n`)
    return
  }
  if (rows.length === 0) {
    process.stdout.write(`no runs in ${folder}; start one with: npm start\n`)
    return
  }
  const [titles = '', ...lines] = textTable(columns, rows.map(cellsOf), terminalWidth())
  process.stdout.write(`${[paint(process.stdout).bold(titles), ...lines].join('\n')}\n`)
}

function rowOf(run: RunSummary): RunRow {
  const reader = readRun(run.folder)
  try {
    const newest = newestOf(reader.evaluations())
    const training = reader.config['training'] as JsonObject | undefined
    const steps = training?.['steps']
    return {
      run,
      kind: runKindOf(run.folder) ?? 'training',
      plannedSteps: typeof steps === 'number' ? steps : null,
      accuracy:
        newest === undefined
          ? null
          : { label: evaluationName(newest), decoding: newest.decoding, ...rateByProblem(newest.outcomes) },
    }
  } finally {
    reader.close()
  }
}

/** The newest result of the policy, greedy before sampled. */
function newestOf(evaluations: readonly EvaluationRecord[]): EvaluationRecord | undefined {
  const own = evaluations.filter(isOfTraining)
  const step = Math.max(...own.map((evaluation) => evaluation.step))
  const newest = own.filter((evaluation) => evaluation.step === step)
  // At one step the result stands after the course.
  return newest.findLast(({ decoding }) => decoding === 'greedy') ?? newest.at(-1)
}

const columns: readonly TextColumn[] = [
  { title: 'run', side: 'left', rank: 0 },
  { title: 'state', side: 'left', rank: 0 },
  { title: 'kind', side: 'left', rank: 2 },
  { title: 'step', side: 'right', rank: 0 },
  { title: 'accuracy', side: 'left', rank: 0 },
  { title: 'cost', side: 'right', rank: 3 },
  { title: 'size', side: 'right', rank: 4 },
  { title: 'begun', side: 'left', rank: 1 },
]

function cellsOf({ run, kind, plannedSteps, accuracy }: RunRow): string[] {
  return [
    visibleText(run.name),
    runStateText(run.state),
    kind,
    plannedSteps === null ? String(run.lastStep) : `${run.lastStep}/${plannedSteps}`,
    accuracy === null ? '–' : `${rateText(accuracy)} ${accuracy.label}, ${accuracy.decoding}`,
    dollars(run.costUsd),
    bytes(run.sizeBytes),
    localMinute(run.manifest.createdAt),
  ]
}

function jsonOf({ run, kind, plannedSteps, accuracy }: RunRow): object {
  const { name, folder, state, lastStep, costUsd, sizeBytes, manifest } = run
  const { createdAt, seed } = manifest
  return { name, folder, kind, state, step: lastStep, plannedSteps, accuracy, costUsd, sizeBytes, createdAt, seed }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
