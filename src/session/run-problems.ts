/** The problems of a run: loaded, limited, mixed and fingerprinted before anything else is started. */
import { type Config, locateInput } from '../config/index.ts'
import type { Problem } from '../core/problem.ts'
import type { DatasetManifest } from '../core/run-events.ts'
import { loadProblems, mixProblems } from '../datasets/index.ts'
import type { DemonstrationData } from '../demonstrations/environment/index.ts'
import { type EvaluationSplit, requireJudged } from '../training/index.ts'
import { type Imitation, loadImitation } from './imitation/index.ts'

export interface RunProblems {
  readonly train: readonly Problem[]
  /** What the result is measured on, in file order, at most `evaluation.problems`. */
  readonly reported: EvaluationSplit
  /** What evaluations during the training are made on, at most `evaluation.during.problems`. */
  readonly during: EvaluationSplit
  /** By split. */
  readonly manifest: Readonly<Record<string, DatasetManifest>>
  /** What a person should know: rows left out. */
  readonly notes: readonly string[]
  /** Where the policy picks demonstrations. */
  readonly demonstrations?: DemonstrationData
  /** Where the policy first imitates. */
  readonly imitation?: Imitation
}

export async function loadRunProblems(config: Config): Promise<RunProblems> {
  return config.environment === 'demonstrations' ? loadQuestions(config) : loadProblemFiles(config)
}

/** Questions with their judged sequences. Without anybody to ask there is nothing to measure a result on. */
async function loadQuestions(config: Config): Promise<RunProblems> {
  const { loadDemonstrations } = await import('../demonstrations/environment/index.ts')
  const demonstrations = loadDemonstrations(config)
  requireJudged({ config, judged: demonstrations })
  const { rollouts } = config.training
  const { problems, during } = config.evaluation
  const heldOut = rollouts === 'collected' ? [] : demonstrations.heldOut.map(({ problem }) => problem)
  return {
    train: demonstrations.train.map(({ problem }) => problem),
    reported: { name: 'validation', problems: heldOut.slice(0, problems) },
    during: { name: 'validation', problems: heldOut.slice(0, during.problems) },
    manifest: demonstrations.datasets,
    notes: [],
    demonstrations,
  }
}

async function loadProblemFiles(config: Config): Promise<RunProblems> {
  const { data, evaluation } = config
  const load = async (key: 'train' | 'validation' | 'test', path: string, options: { maxDifficulty?: number } = {}) => {
    const file = await loadProblems(locateInput(`data.${key}`, path), { skipBadRows: data.skipBadRows, ...options })
    const manifest: DatasetManifest = { path, fingerprint: file.fingerprint, rows: file.problems.length }
    const notes = file.skipped.length === 0 ? [] : [`${path}: ${file.skipped.length} bad rows left out`]
    return { problems: file.problems, manifest, notes }
  }
  const train = await load('train', data.train, { maxDifficulty: data.maxDifficulty })
  const validation = await load('validation', data.validation)
  const test = data.test === null ? null : await load('test', data.test)
  const trained = trainedOf(config, train.problems)
  const name = reportedSplit(config)
  const reported = { train: trained, validation: validation.problems, test: test?.problems ?? [] }[name]
  const measured = [...validation.problems, ...(test?.problems ?? [])]
  const { steps } = config.training.imitation
  const imitation = steps === 0 ? undefined : await loadImitation(config, { train: trained, measured })
  return {
    train: trained,
    reported: { name, problems: reported.slice(0, evaluation.problems) },
    during: { name: 'validation', problems: validation.problems.slice(0, evaluation.during.problems) },
    manifest: {
      train: train.manifest,
      validation: validation.manifest,
      ...(test === null ? {} : { test: test.manifest }),
      ...imitation?.manifest,
    },
    notes: [...[train, validation, test].flatMap((split) => split?.notes ?? []), ...(imitation?.notes ?? [])],
    ...(imitation === undefined ? {} : { imitation }),
  }
}

/** The problems that a run of this configuration is trained on. */
export async function loadTrainingProblems(config: Config): Promise<readonly Problem[]> {
  const { train, skipBadRows, maxDifficulty } = config.data
  const { problems } = await loadProblems(locateInput('data.train', train), { skipBadRows, maxDifficulty })
  return trainedOf(config, problems)
}

function trainedOf({ data, seed }: Config, problems: readonly Problem[]): readonly Problem[] {
  const mixed = data.mix === null ? problems : mixProblems(problems, data.mix, seed)
  return data.limit === null ? mixed : mixed.slice(0, data.limit)
}

/** All that a run can meet, each once. */
export function allProblems({ train, during, reported }: RunProblems): Problem[] {
  return [...new Set([...train, ...during.problems, ...reported.problems])]
}

/** The split that `evaluation.split` names. */
function reportedSplit({ data, evaluation }: Config): 'test' | 'validation' | 'train' {
  if (evaluation.split !== 'auto') return evaluation.split
  return data.test === null ? 'validation' : 'test'
}
