/**
 * What a run has to say, gathered from its store as plain data: the Markdown and the HTML report are two renderings of
 * it, and it can be gathered again at any time. Every accuracy and every difference comes with n and a 95 % interval.
 */
import { type Rate, rateByProblem } from '../core/clustered-rate.ts'
import { isOfTraining } from '../core/evaluation-labels.ts'
import { byGravity, type FindingCode, type FindingEpisode, setUpCodes } from '../core/health/findings.ts'
import { healthEpisodes } from '../core/health/watch.ts'
import type { EvaluationRecord, Metrics, RolloutRecord, SearchedWorkflow } from '../core/records.ts'
import { type CallTotals, plannedStepsOf, type RunReader } from '../runs/index.ts'
import { type BestOfN, bestOfNOf } from './best-of-n.ts'
import { changesOf, type ReportedChange } from './change-blocks.ts'
import { choicesBySource, type SourceChoices } from './choices.ts'
import { type EvaluationRow, evaluationRow, typesOf } from './evaluation-row.ts'
import { extremesOf, type WorkflowExample } from './examples.ts'
import { type Frontier, frontierOf } from './frontier.ts'
import { type JudgeKnowledge, judgeKnowledgeOf } from './judge-blocks.ts'
import { comparedOf, comparedResult, type Result } from './results.ts'
import { type CallRole, unpricedRoles } from './role-prices.ts'
import { type RolloutFailures, rolloutFailuresOf } from './rollout-failures.ts'
import { atPath, type Setting, settingsOf } from './settings.ts'
import { type TrainingCurves, trainingCurves } from './training-curve.ts'

/** With the result in the decoding that comes first. */
export interface RunReport extends Result {
  readonly version: 1
  readonly name: string
  /** As the command line takes it. */
  readonly folder: string
  readonly createdAt: string
  readonly seed: number
  /** What the policy learns, by `environment` of the configuration. */
  readonly environment: 'workflows' | 'demonstrations'
  readonly settings: readonly Setting[]
  /** What a resume changed. */
  readonly changes: readonly ReportedChange[]
  readonly steps: number
  readonly plannedSteps: number
  readonly types: readonly string[]
  /** What the result is measured on: `test`, `validation`, `train`; null before anything was measured. */
  readonly split: string | null
  /** Its problems by type. */
  readonly heldOut: Readonly<Record<string, number>>
  readonly comparison: readonly EvaluationRow[]
  /** Fixed workflows that were measured, as the search on training problems found them. */
  readonly fixedWorkflows: readonly SearchedWorkflow[]
  /** Accuracy against calls; null where no frontier of fixed workflows was measured. */
  readonly frontier: Frontier | null
  /** Of a generator that is not trained; null for a training. */
  readonly bestOfN: BestOfN | null
  /** Of the other decoding, where there is one. */
  readonly otherResults: readonly Result[]
  readonly curve: readonly { readonly step: number; readonly metrics: Metrics }[]
  readonly training: TrainingCurves
  readonly evaluations: readonly CourseRow[]
  /** `type -> operator -> share` of the operators called, before and after. */
  readonly operatorShares: { readonly before: ShareTable; readonly after: ShareTable }
  /** What is written for problems of each source, before and after. */
  readonly choices: readonly SourceChoices[]
  readonly best: readonly WorkflowExample[]
  readonly worst: readonly WorkflowExample[]
  readonly troubles: RolloutFailures
  readonly calls: Readonly<Record<string, CallTotals>>
  /** Roles whose model has no known price: what their calls cost is not known either. */
  readonly unpriced: readonly CallRole[]
  readonly judge: JudgeKnowledge
  /** Warnings first. */
  readonly health: readonly FindingEpisode[]
}

/** One evaluation of the policy in the course of the training. */
export type CourseRow = Pick<EvaluationRow, 'label' | 'step' | 'split' | 'decoding'> & { readonly accuracy: Rate }

export type ShareTable = Readonly<Record<string, Readonly<Record<string, number>>>>

/** @param examples how many best and worst workflows to show. */
export function gatherReport(run: RunReader, examples = 3): RunReport {
  const evaluations = run.evaluations()
  const compared = comparedOf(evaluations)
  const [{ before, fixed, latest }, ...others] = compared
  const rows = [before, fixed, latest, ...others.flatMap((other) => [other.before, other.latest])]
  const searched = searchedWorkflowsOf(run)
  const steps = run.steps()
  const lastStep = steps.at(-1)?.step ?? 0
  // Anything past the last whole step was cut off by an interruption and will be redone.
  const rollouts = run.rollouts({ phase: 'train' }).filter((rollout) => rollout.step <= lastStep)
  const types = typesOf(evaluations)
  return {
    version: 1,
    name: run.name,
    folder: `${atPath(run.config, 'run', 'folder') ?? 'runs'}/${run.name}`,
    createdAt: run.manifest.createdAt,
    seed: run.manifest.seed,
    environment: environmentOf(run),
    settings: settingsOf(
      run,
      steps.map(({ metrics }) => metrics),
    ),
    changes: changesOf(run),
    steps: lastStep,
    plannedSteps: plannedStepsOf(run) ?? lastStep,
    types,
    split: (latest ?? before ?? fixed)?.split ?? null,
    heldOut: heldOutOf(latest ?? before ?? fixed, types),
    comparison: rows.filter((item) => item !== undefined).map((item) => evaluationRow(item, types)),
    fixedWorkflows: searched,
    frontier: frontierOf({ evaluations, compared, searched, seed: run.manifest.seed }),
    bestOfN: atPath(run.config, 'policy', 'engine') === 'frozen' ? bestOfNOf(rollouts) : null,
    ...comparedResult(compared[0]),
    otherResults: others.map(comparedResult),
    curve: steps.map(({ step, metrics }) => ({ step, metrics })),
    training: trainingCurves(rollouts),
    evaluations: courseOf(evaluations),
    operatorShares: { before: sharesOf(before?.metrics, types), after: sharesOf(latest?.metrics, types) },
    choices: choicesBySource(rolloutsOf(run, before), rolloutsOf(run, latest)),
    ...extremesOf(rollouts, examples),
    troubles: rolloutFailuresOf(rollouts),
    calls: run.callTotals(),
    unpriced: unpricedRoles(run.config),
    judge: judgeKnowledgeOf(run, latest === undefined ? null : rateByProblem(latest.outcomes)),
    health: [...recordedSetUp(run), ...healthEpisodes(steps, evaluations)].sort(byGravity),
  }
}

/** Evaluations of the policy in the course of the training, by step. */
export function courseOf(evaluations: readonly EvaluationRecord[]): CourseRow[] {
  return evaluations
    .filter(isOfTraining)
    .sort((a, b) => a.step - b.step)
    .map(({ label, step, split, decoding, outcomes }) => ({
      label,
      step,
      split,
      decoding,
      accuracy: rateByProblem(outcomes),
    }))
}

/** Runs of older versions do not name it. */
export function environmentOf({ config }: RunReader): RunReport['environment'] {
  return atPath(config, 'environment') === 'demonstrations' ? 'demonstrations' : 'workflows'
}

function rolloutsOf(run: RunReader, evaluation: EvaluationRecord | undefined): RolloutRecord[] {
  if (evaluation === undefined) return []
  return run.rollouts({ phase: 'evaluation', label: evaluation.label, step: evaluation.step })
}

/** What was found before the first step: it cannot be seen from the metrics, so the run recorded it. */
export function recordedSetUp(run: RunReader): FindingEpisode[] {
  const found = new Map<FindingCode, FindingEpisode>()
  for (const event of run.since(0, { kinds: ['finding'] })) {
    if (event.kind !== 'finding') continue
    const { episode } = event
    const { code } = episode.finding
    if (setUpCodes.some((own) => own === code)) found.set(code, episode)
  }
  return [...found.values()]
}

function heldOutOf(evaluation: EvaluationRecord | undefined, types: readonly string[]): Record<string, number> {
  const ids = (type: string): Set<string> =>
    new Set(
      evaluation?.outcomes.filter((outcome) => outcome.problemType === type).map((outcome) => outcome.problemId) ?? [],
    )
  return Object.fromEntries(types.map((type) => [type, ids(type).size]))
}

/** As the latest search recorded them. */
export function searchedWorkflowsOf(run: RunReader): readonly SearchedWorkflow[] {
  const found = run.since(0, { kinds: ['fixed-workflows'] }).at(-1)
  return found?.kind === 'fixed-workflows' ? found.workflows : []
}

function sharesOf(metrics: Metrics | undefined, types: readonly string[]): ShareTable {
  return Object.fromEntries(types.map((type) => [type, operatorSharesOf(metrics ?? {}, type)]))
}

/** `operator -> share` of one problem type, from the metrics of a step or an evaluation. */
export function operatorSharesOf(metrics: Metrics, type: string): Record<string, number> {
  const prefix = `operators/${type}/`
  return Object.fromEntries(
    Object.entries(metrics)
      .filter(([name]) => name.startsWith(prefix) && name.endsWith('/share'))
      .map(([name, value]) => [name.slice(prefix.length, -'/share'.length), value]),
  )
}
