/** What is wrong with the problems of a run, found before the first step. */
import type { Config } from '../config/index.ts'
import type { Finding } from '../core/health/findings.ts'
import { setUpFindings } from '../core/health/set-up.ts'
import type { RunProblems } from './datasets.ts'

/** Where the problems lie that ship with Baton. */
const shippedFolder = 'data/problems/'

export function findingsBefore({ data, evaluation, training }: Config, { train, heldOut }: RunProblems): Finding[] {
  const split = (name: string, path: string, problems: typeof train) => ({
    name,
    path,
    isShipped: path.startsWith(shippedFolder),
    problems,
  })
  return setUpFindings({
    train: split('train', data.train, train),
    measured: [split(evaluation.split, data.validation, heldOut)],
    problemsPerStep: training.problemsPerStep,
  })
}
