/**
 * The problems behind a run's rollouts, read from its data files again. A run keeps the files' fingerprints, not the
 * problems: a file that is gone or has changed is named, and nothing is shown in its place.
 */
import { findInput } from '../config/index.ts'
import { BatonError } from '../core/failure.ts'
import type { Problem } from '../core/problem.ts'
import type { RolloutRecord } from '../core/records.ts'
import { loadProblems } from '../datasets/index.ts'
import type { RunReader } from '../runs/index.ts'

export type FoundProblem =
  | { readonly kind: 'found'; readonly problem: Problem; readonly path: string }
  /** Why there is none, a sentence. */
  | { readonly kind: 'missing'; readonly reason: string }

export interface ProblemFinder {
  find(rollout: Pick<RolloutRecord, 'phase' | 'label' | 'step' | 'problemId'>): Promise<FoundProblem>
}

interface DataFile {
  readonly path: string
  /** null where the run recorded none: the file of `baton eval --data`. */
  readonly fingerprint: string | null
}

/** Each file is read once, when it is first needed. */
export function createProblemFinder(run: Pick<RunReader, 'manifest' | 'evaluations'>): ProblemFinder {
  const files = new Map<string, Promise<ReadonlyMap<string, Problem> | string>>()
  const read = (file: DataFile): Promise<ReadonlyMap<string, Problem> | string> => {
    const known = files.get(file.path) ?? readFile(file)
    files.set(file.path, known)
    return known
  }
  return {
    find: async (rollout) => {
      const sequences = run.manifest.datasets['sequences 1']
      // Questions with judged sequences are not a problem file.
      if (sequences !== undefined) return { kind: 'missing', reason: `they are in ${sequences.path}.` }
      const reasons: string[] = []
      for (const file of filesOf(run, rollout)) {
        const problems = await read(file)
        if (typeof problems === 'string') {
          reasons.push(problems)
          continue
        }
        const problem = problems.get(rollout.problemId)
        if (problem !== undefined) return { kind: 'found', problem, path: file.path }
        reasons.push(`${file.path} has no problem ${rollout.problemId}.`)
      }
      return { kind: 'missing', reason: reasons.join(' ') || 'The run names no data.' }
    },
  }
}

/** Where a rollout's problem should be, the likeliest file first. */
function filesOf(
  { manifest, evaluations }: Pick<RunReader, 'manifest' | 'evaluations'>,
  { phase, label, step }: Pick<RolloutRecord, 'phase' | 'label' | 'step'>,
): DataFile[] {
  const { datasets } = manifest
  const split =
    phase === 'train' ? 'train' : evaluations().find((known) => known.label === label && known.step === step)?.split
  const own = split === undefined ? undefined : datasets[split]
  if (own !== undefined) return [own]
  const known = Object.values(datasets)
  if (split === undefined) return known
  return [known.find(({ path }) => path === split) ?? { path: split, fingerprint: null }]
}

async function readFile({ path, fingerprint }: DataFile): Promise<ReadonlyMap<string, Problem> | string> {
  const found = findInput(path)
  if (found === undefined) return `${path} is gone.`
  try {
    const loaded = await loadProblems(found, { skipBadRows: true })
    if (fingerprint !== null && loaded.fingerprint !== fingerprint) return `${path} has changed since the run.`
    return new Map(loaded.problems.map((problem) => [problem.id, problem]))
  } catch (error) {
    if (!(error instanceof BatonError)) throw error
    return error.message
  }
}
