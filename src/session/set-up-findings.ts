/** What is wrong with the problems of a run, found before the first step. */
import type { Config } from '../config/index.ts'
import type { HealthFinding } from '../core/health/findings.ts'
import { setUpFindings } from '../core/health/set-up.ts'
import type { EvaluationSplit } from '../training/index.ts'
import type { RunProblems } from './run-problems.ts'

/** Where the problems that ship with Baton are. */
const shippedFolder = 'data/problems/'

export function findingsBefore(
  { training, environment }: Config,
  { train, reported, during, manifest }: RunProblems,
): HealthFinding[] {
  // Questions about pictures share their wording: equal text does not mean an equal question.
  if (environment === 'demonstrations') return []
  const split = ({ name, problems }: EvaluationSplit) => {
    const path = manifest[name]?.path ?? ''
    return { name, path, isShipped: path.startsWith(shippedFolder), problems }
  }
  return setUpFindings({
    train: split({ name: 'train', problems: train }),
    measured: (during.name === reported.name ? [reported] : [during, reported]).map(split),
    problemsPerStep: training.problemsPerStep,
  })
}
