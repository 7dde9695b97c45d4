/** The folder of a training run: made from a configuration, or opened again where it goes on. */
import type { Config, LoadedConfig } from '../config/index.ts'
import { BatonError } from '../core/failure.ts'
import type { ConfigVersion } from '../core/run-events.ts'
import { createRun, openRun, type RunStore, recordEnding, withoutSecrets } from '../runs/index.ts'
import { isComplete, plannedSteps } from '../training/index.ts'
import { changedConfig, firstConfig } from './changed-config.ts'
import type { RunProblems } from './run-problems.ts'

export interface OpenedRun {
  readonly store: RunStore
  /** Where settings have changed since the run was made: the configuration to record before the next step. */
  readonly changed: ConfigVersion | null
}

/** @param argv what the command line was, without its first two words. */
export function newTrainingRun(
  loaded: LoadedConfig,
  problems: RunProblems,
  { prefix, argv }: { readonly prefix: string; readonly argv: readonly string[] },
): OpenedRun {
  const { config, resolvedYaml, hash } = loaded
  const store = createRun({
    root: config.run.folder,
    name: config.run.name,
    prefix,
    resolvedYaml,
    origin: { configHash: hash, seed: config.seed, datasets: problems.manifest, argv: withoutSecrets(argv) },
    keepCheckpoints: config.training.keepCheckpoints,
  })
  store.recordConfig(firstConfig(loaded, problems))
  return { store, changed: null }
}

export function resumedTrainingRun(
  folder: string,
  loaded: LoadedConfig,
  { problems, isForced }: { readonly problems: RunProblems; readonly isForced: boolean },
): OpenedRun {
  const store = openRun(folder, { keepCheckpoints: loaded.config.training.keepCheckpoints })
  try {
    return { store, changed: changedConfig(store, loaded, problems, isForced) }
  } catch (error) {
    store.close()
    throw error
  }
}

/**
 * A complete run is left as it is, its report too: its store is closed.
 * @returns the steps of the complete run; null where there is something left to do.
 * @throws BatonError where fewer steps are planned than the run has.
 */
export function completeSteps(store: RunStore, config: Config, { reported }: RunProblems): number | null {
  const done = store.checkpoints.latest()?.step ?? 0
  const steps = plannedSteps(config.training, store.steps())
  const isDone = done <= steps && isComplete(store, config, reported.problems.length > 0)
  if (!isDone && done <= steps) return null
  // It may have been killed between its last evaluation and the record of its end.
  if (isDone) recordEnding(store, { state: 'complete' })
  store.close()
  if (isDone) return steps
  throw new BatonError(`training.steps is ${steps}, but ${store.folder} has ${done} steps already.`, {
    boundary: 'runs',
    code: 'steps-behind',
    hint: `Steps are not taken back: set training.steps to ${done} or more, or start a new run.`,
  })
}
