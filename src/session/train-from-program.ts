/**
 * `train` for programs that import Baton: the training that `baton train` runs, with the same run folder, journal,
 * evaluations and report, on an environment and problems that the program gives as values.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type Config, type LoadedConfig, loadConfig } from '../config/index.ts'
import { programEnvironment } from '../core/inputs/names.ts'
import type { Json } from '../core/json.ts'
import type { Problem } from '../core/problem.ts'
import type { EvaluationRecord } from '../core/records.ts'
import type { DatasetManifest, RecordedEvent } from '../core/run-events.ts'
import { gatherReport, type RunReport, reportFiles } from '../reports/index.ts'
import { assertRunKind, discardRun, type RunReader, readRun, withEnding } from '../runs/index.ts'
import { defineEnvironment, type OwnEnvironment } from '../training/index.ts'
import { checkRewards } from './check-rewards.ts'
import { completeSteps, newTrainingRun, resumedTrainingRun } from './opened-run.ts'
import { policyFolder } from './policy-kinds.ts'
import { loadRunProblems, type RunProblems } from './run-problems.ts'
import { openTraining, runTraining } from './training-session.ts'

export interface TrainOptions {
  /** Default `quickstart`. Not with `resume`. */
  readonly preset?: string
  /** By dotted key, as `--set`: `{ 'training.steps': 20 }`. docs/config.md lists the keys. */
  readonly settings?: Readonly<Record<string, Json>>
  /** Default: what the setting `environment` names. A run that was made with one is resumed with one. */
  readonly environment?: OwnEnvironment
  /** Default: `data.train` and `data.validation`. `heldOut` is what the result is measured on; never trained on. */
  readonly problems?: { readonly train: readonly Problem[]; readonly heldOut: readonly Problem[] }
  /** Folder of a run to go on with. */
  readonly resume?: string
  /** Aborting it stops the training; the run can be resumed. */
  readonly signal?: AbortSignal
  /** Everything that happens, as it happens. */
  readonly onEvent?: (event: RecordedEvent) => void
}

export interface TrainedRun {
  /** Of the run: report, metrics, checkpoints. */
  readonly folder: string
  readonly steps: number
  /** With accuracy, n and metrics; `before`, `step-20`, `after` greedy, `before-sampled`, `after-sampled`. */
  readonly evaluations: readonly EvaluationRecord[]
  /** After against before, greedy, paired by problem; null where one of them is missing. Rates, not percent. */
  readonly gain: RunReport['gain']
}

/**
 * @throws BatonError for settings, problems or a policy that cannot be trained (nothing is left behind), and where a service
 *   fails for good (the run can be resumed). Rejects with the signal's reason when it is aborted.
 */
export async function trainFromProgram(options: TrainOptions = {}): Promise<TrainedRun> {
  const { resume, signal = new AbortController().signal, onEvent } = options
  const environment = options.environment === undefined ? undefined : defineEnvironment(options.environment)
  const loaded = loadSettings(options)
  const { config } = loaded
  const problems =
    options.problems === undefined ? await loadRunProblems(config) : givenProblems(options.problems, config)
  const modelFolder = await policyFolder(config, process.env)
  const rewards = await checkRewards(config)
  const { store, changed } =
    resume === undefined
      ? newTrainingRun(loaded, problems, { prefix: environment?.name ?? 'run', argv: [] })
      : resumedTrainingRun(resume, loaded, { problems, isForced: false })
  const { folder } = store
  const complete = resume === undefined ? null : completeSteps(store, config, problems)
  if (complete !== null) return readTrained(folder)
  if (onEvent !== undefined) store.listen(onEvent)
  const inputs = { config, problems, modelFolder, rewards, store }
  const training = await openTraining(inputs, signal, environment).catch((error: unknown) => {
    // Nothing has begun: a new run leaves nothing behind.
    if (resume === undefined) discardRun(store)
    else store.close()
    throw error
  })
  try {
    if (changed !== null) store.recordConfig(changed)
    const work = async (): Promise<boolean> => {
      const { isComplete } = await runTraining(training, { signal, shouldStop: () => false })
      const files = reportFiles(gatherReport(store), 'en')
      for (const [name, text] of Object.entries(files)) store.writeArtifact(name, text)
      return isComplete
    }
    await withEnding(store, () => signal.aborted, work)
    return trainedOf(store, folder)
  } finally {
    await training.session.close()
    store.close()
  }
}

function readTrained(folder: string): TrainedRun {
  const run = readRun(folder)
  try {
    return trainedOf(run, folder)
  } finally {
    run.close()
  }
}

function trainedOf(run: RunReader, folder: string): TrainedRun {
  return { folder, steps: run.steps().length, evaluations: run.evaluations(), gain: gatherReport(run).gain }
}

function loadSettings({ preset = 'quickstart', settings = {}, environment, resume }: TrainOptions): LoadedConfig {
  const own = environment === undefined ? {} : { environment: programEnvironment(environment.name) }
  const set = Object.entries({ ...settings, ...own }).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  if (resume === undefined) return loadConfig({ preset, set, environment: process.env })
  assertRunKind(resume, 'training')
  return loadConfig({ file: join(resume, 'config.yaml'), set, environment: process.env })
}

/** The program's problems as splits, with fingerprints, so that a run is not resumed on others. */
function givenProblems({ train, heldOut }: NonNullable<TrainOptions['problems']>, config: Config): RunProblems {
  const { problems, during } = config.evaluation
  const manifest = (rows: readonly Problem[]): DatasetManifest => ({
    path: 'program',
    rows: rows.length,
    fingerprint: createHash('sha256').update(JSON.stringify(rows)).digest('hex'),
  })
  return {
    train,
    reported: { name: 'validation', problems: heldOut.slice(0, problems) },
    during: { name: 'validation', problems: heldOut.slice(0, during.problems) },
    manifest: { train: manifest(train), validation: manifest(heldOut) },
    notes: [],
  }
}
