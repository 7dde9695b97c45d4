/** The runs of a folder as rows: what a list says of each, readable or not. */
import { basename } from 'node:path'
import { type Rate, rateByProblem } from '../core/clustered-rate.ts'
import { evaluationName, isOfTraining } from '../core/evaluation-labels.ts'
import { BatonError } from '../core/failure.ts'
import type { Decoding, EvaluationRecord } from '../core/records.ts'
import { accuracyTable, hasEvaluation, readEvaluation } from '../demonstrations/evaluation/index.ts'
import { leadingShots } from '../demonstrations/report/index.ts'
import {
  folderBytes,
  plannedStepsOf,
  type RunKind,
  type RunReader,
  type RunState,
  readRun,
  runFolders,
  runKindOf,
  serverSummary,
  summaryOf,
} from '../runs/index.ts'

export interface RunRow {
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

/** Of all runs right below `root`, by name. */
export function runRows(root: string): RunRow[] {
  return runFolders(root).map(({ folder, isServer }) => (isServer ? serverRow(folder) : readableRow(folder)))
}

/** What cannot be read is listed too, with the reason. */
function readableRow(folder: string): RunRow {
  try {
    const run = readRun(folder)
    try {
      return runRow(run, folder)
    } finally {
      run.close()
    }
  } catch (error) {
    if (!(error instanceof BatonError)) throw error
    return damagedRow(folder, error)
  }
}

export function damagedRow(folder: string, { message }: BatonError): RunRow {
  return {
    ...{ name: basename(folder), folder, kind: runKindOf(folder) },
    ...{ state: { state: 'damaged', message }, step: null, plannedSteps: null },
    ...{ accuracy: null, costUsd: null, sizeBytes: folderBytes(folder), createdAt: '', seed: null },
  }
}

/** @param folder where the run is; a folder that was renamed is found under its own name. */
export function runRow(run: RunReader, folder: string): RunRow {
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
}

export function serverRow(path: string): RunRow {
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
