/** With which settings a run's policy is measured, and which of the problems it was trained on. */
import { join } from 'node:path'
import { type Config, differencesOf, loadConfig } from '../config/index.ts'
import { BatonError } from '../core/failure.ts'
import { sharedProblems } from '../core/health/set-up.ts'
import type { Problem } from '../core/problem.ts'
import type { RunReader } from '../runs/index.ts'
import { loadTrainingProblems } from './run-problems.ts'

/** Free to change when a run is resumed, and read by the training alone. */
const ofTraining = [
  'run',
  'policy.tinker.saveEvery',
  'training.steps',
  'training.learningRate',
  'training.warmupSteps',
  'training.schedule',
  'training.evaluateEvery',
  'training.checkpointEvery',
  'training.keepCheckpoints',
  'training.acceptLowSignal',
  'evaluation.baselines',
]

/**
 * The run's own, but for where servers are and how they are asked: what is measured must not change.
 * @param set `key=value` each.
 * @param free sections that may change all the same: the judge, where another judge is asked.
 */
export function evaluatedConfig(folder: string, set: readonly string[], free: readonly string[] = []): Config {
  const file = join(folder, 'config.yaml')
  const { config } = loadConfig({ file, set, environment: process.env })
  const differences = differencesOf(loadConfig({ file }).config, config)
  const names = [...set.map((text) => (text.split('=')[0] ?? '').trim()), ...differences.map(({ key }) => key)]
  const unread = names.find((name) => isWithin(name, ofTraining))
  if (unread !== undefined) throw setError(`--set ${unread}: an evaluation does not read it.`)
  const first = differences.find(({ key, changeClass }) => changeClass === 'fixed' && !isWithin(key, free))
  if (first === undefined) return config
  throw setError(
    `--set ${first.key}: the run has ${JSON.stringify(first.from)}; measured with another value, its policy could not be compared with what the run measured.`,
  )
}

function isWithin(key: string, sections: readonly string[]): boolean {
  return sections.some((section) => key === section || key.startsWith(`${section}.`))
}

function setError(message: string): BatonError {
  return new BatonError(message, {
    boundary: 'config',
    code: 'option',
    hint: 'Leave it out. What may be set is where a server is and how it is asked: llm.executor.baseUrl, llm.executor.concurrency, ...',
  })
}

/** By their text; by their ids in the journal where the training's file cannot be read any more. */
export async function trainedAmong(
  config: Config,
  problems: readonly Problem[],
  run: Pick<RunReader, 'rolloutDigests'>,
): Promise<readonly Problem[]> {
  try {
    return sharedProblems(await loadTrainingProblems(config), problems)
  } catch (error) {
    if (!(error instanceof BatonError)) throw error
    const ids = new Set(run.rolloutDigests({ phase: 'train' }).map(({ problemId }) => problemId))
    return problems.filter(({ id }) => ids.has(id))
  }
}
