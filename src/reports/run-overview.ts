/**
 * What a run has to say while it is being trained: the report's verdict, its evaluations and its health, without anything
 * that needs all rollouts to be read.
 */
import { byGravity, type FindingEpisode } from '../core/health/findings.ts'
import { healthEpisodes } from '../core/health/watch.ts'
import type { StepRecord } from '../core/records.ts'
import { plannedStepsOf, type RunReader } from '../runs/index.ts'
import { bestOfNOf } from './best-of-n.ts'
import { type EvaluationRow, evaluationRow, typesOf } from './evaluation-row.ts'
import { outcomeOf, type VerdictFacts } from './phrases.ts'
import { comparedOf, comparedResult } from './results.ts'
import { type CourseRow, courseOf, environmentOf, type RunReport, recordedSetUp } from './run-report.ts'
import { atPath, type Setting, settingsOf } from './settings.ts'

export interface RunOverview extends VerdictFacts, Pick<RunReport, 'environment' | 'types' | 'split' | 'comparison'> {
  /** Of all problems and of each type, yes, no or open. */
  readonly outcome: ReturnType<typeof outcomeOf>
  readonly evaluations: readonly CourseRow[]
  readonly health: readonly FindingEpisode[]
  readonly settings: readonly Setting[]
  readonly steps: number
  readonly plannedSteps: number
}

/** @param steps of the run, all of them. */
export function gatherOverview(run: RunReader, steps: readonly StepRecord[] = run.steps()): RunOverview {
  const evaluations = run.evaluations()
  const compared = comparedOf(evaluations)
  const [{ before, fixed, latest }, ...others] = compared
  const types = typesOf(evaluations)
  const rows = [before, fixed, latest, ...others.flatMap((other) => [other.before, other.latest])]
  const lastStep = steps.at(-1)?.step ?? 0
  const isFrozen = atPath(run.config, 'policy', 'engine') === 'frozen'
  const result = comparedResult(compared[0])
  const bestOfN = isFrozen ? bestOfNOf(run.rollouts({ phase: 'train' }).filter(({ step }) => step <= lastStep)) : null
  const comparison = rows.filter((row) => row !== undefined).map((row): EvaluationRow => evaluationRow(row, types))
  const course = { comparison, steps: lastStep, plannedSteps: plannedStepsOf(run) ?? lastStep }
  return {
    ...result,
    ...course,
    bestOfN,
    folder: `${atPath(run.config, 'run', 'folder') ?? 'runs'}/${run.name}`,
    outcome: outcomeOf({ gain: result.gain, bestOfN, ...course }),
    otherResults: others.map(comparedResult),
    environment: environmentOf(run),
    types,
    split: (latest ?? before ?? fixed)?.split ?? null,
    evaluations: courseOf(evaluations),
    health: [...recordedSetUp(run), ...healthEpisodes(steps, evaluations)].sort(byGravity),
    settings: settingsOf(
      run,
      steps.map(({ metrics }) => metrics),
    ),
  }
}
