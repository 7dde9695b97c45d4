/** The problems of a run: loaded, limited, mixed and fingerprinted before anything else is started. */
import { type Config, locateInput } from '../config/index.ts'
import type { Problem } from '../core/problem.ts'
import { loadProblems, mixProblems } from '../datasets/index.ts'
import type { DatasetManifest } from '../runs/index.ts'

export interface RunProblems {
  readonly train: readonly Problem[]
  /** The evaluation split, in file order, at most `evaluation.problems`. */
  readonly heldOut: readonly Problem[]
  readonly manifest: Readonly<Record<'train' | 'validation', DatasetManifest>>
  /** What a person should know: rows left out. */
  readonly notes: readonly string[]
}

export async function loadRunProblems(config: Config): Promise<RunProblems> {
  const { data, evaluation } = config
  const options = { skipBadRows: data.skipBadRows }
  const trainPath = locateInput('data.train', data.train)
  const validationPath = locateInput('data.validation', data.validation)
  const trainFile = await loadProblems(trainPath, { ...options, maxDifficulty: data.maxDifficulty })
  const validationFile = await loadProblems(validationPath, options)
  const mixed = data.mix === null ? trainFile.problems : mixProblems(trainFile.problems, data.mix, config.seed)
  const train = data.limit === null ? mixed : mixed.slice(0, data.limit)
  const split = evaluation.split === 'train' ? train : validationFile.problems
  const manifest = (path: string, file: typeof trainFile): DatasetManifest => ({
    path,
    fingerprint: file.fingerprint,
    rows: file.problems.length,
  })
  return {
    train,
    heldOut: split.slice(0, evaluation.problems),
    manifest: { train: manifest(data.train, trainFile), validation: manifest(data.validation, validationFile) },
    notes: [trainFile, validationFile].flatMap(({ skipped }, i) =>
      skipped.length === 0 ? [] : [`${i === 0 ? data.train : data.validation}: ${skipped.length} bad rows left out`],
    ),
  }
}
