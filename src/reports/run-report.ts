/**
 * What a run has to say, gathered from its store as plain data: the Markdown and the HTML report are two renderings of
 * it, and it can be gathered again at any time. Every rate comes with n and a 95 % interval.
 */
import { type Rate, rateByProblem } from '../core/clustered-rate.ts'
import {
  byGravity,
  type FindingChange,
  type FindingCode,
  type FindingEpisode,
  findingEvent,
  setUpCodes,
} from '../core/health/findings.ts'
import { healthEpisodes } from '../core/health/watch.ts'
import type { Json } from '../core/json.ts'
import type { PairedDifference } from '../core/paired-tests.ts'
import type { EvaluationRecord, Metrics, RolloutRecord } from '../core/records.ts'
import type { CallTotals, RunReader } from '../runs/index.ts'
import { type BestOfN, bestOfNOf } from './best-of-n.ts'
import { choicesBySource, type SourceChoices } from './choices.ts'
import { type Difference, differenceOf } from './differences.ts'
import { extremesOf, type WorkflowExample } from './examples.ts'
import { atPath, type Setting, settingsOf } from './settings.ts'
import { type TrainingCurves, trainingCurves } from './training-curve.ts'
import { type Troubles, troublesOf } from './troubles.ts'

/** One policy or fixed workflow on the held-out problems. */
export interface ComparisonRow {
  /** Of the evaluation in the run's journal. */
  readonly label: string
  readonly step: number
  readonly all: Rate
  readonly byType: Readonly<Record<string, Rate>>
  readonly costPerProblemUsd: number
  /** Samples that could not be scored, of all. */
  readonly unscorable: number
  readonly samples: number
}

/** The best fixed workflow of a type and how it did in the search, on training problems. */
export interface FixedWorkflow {
  readonly type: string
  readonly name: string
  readonly correct: number
  readonly scored: number
  readonly candidates: number
}

export interface RunReport {
  readonly version: 1
  readonly name: string
  /** As the command line takes it. */
  readonly folder: string
  readonly createdAt: string
  readonly seed: number
  readonly settings: readonly Setting[]
  readonly steps: number
  readonly plannedSteps: number
  readonly types: readonly string[]
  /** Held-out problems by type. */
  readonly heldOut: Readonly<Record<string, number>>
  readonly comparison: readonly ComparisonRow[]
  readonly fixedWorkflows: readonly FixedWorkflow[]
  /** Of a generator that is not trained; null for a training. */
  readonly bestOfN: BestOfN | null
  /** Trained policy minus warm start, paired by problem; null before the last evaluation. */
  readonly gain: PairedDifference | null
  /** Trained policy minus best fixed workflow per type; null without a search. */
  readonly againstFixed: PairedDifference | null
  readonly gainByType: Readonly<Record<string, PairedDifference>>
  readonly againstFixedByType: Readonly<Record<string, PairedDifference>>
  /** The latest evaluation of a run that has not come to its last one, against the warm start. */
  readonly soFar: { readonly label: string; readonly difference: PairedDifference } | null
  readonly curve: readonly { readonly step: number; readonly metrics: Metrics }[]
  readonly training: TrainingCurves
  readonly evaluations: readonly { readonly label: string; readonly step: number; readonly accuracy: Rate }[]
  /** `type -> operator -> share` of the operators called, before and after. */
  readonly operatorShares: { readonly before: ShareTable; readonly after: ShareTable }
  /** What is written for problems of each source, before and after. */
  readonly choices: readonly SourceChoices[]
  readonly best: readonly WorkflowExample[]
  readonly worst: readonly WorkflowExample[]
  readonly troubles: Troubles
  readonly calls: Readonly<Record<string, CallTotals>>
  /** Warnings first. */
  readonly health: readonly FindingEpisode[]
}

export type ShareTable = Readonly<Record<string, Readonly<Record<string, number>>>>

export const bestFixedLabel = 'best-fixed'

/** @param examples how many best and worst workflows to show. */
export function gatherReport(run: RunReader, examples = 3): RunReport {
  const evaluations = run.evaluations()
  const labelled = (label: string): EvaluationRecord | undefined => evaluations.find((item) => item.label === label)
  const before = labelled('before')
  const after = labelled('after')
  const fixed = labelled(bestFixedLabel)
  const ownEvaluations = evaluations.filter(isOfPolicy).sort((a, b) => a.step - b.step)
  const latest = after ?? ownEvaluations.filter((item) => item.step > 0).at(-1)
  const steps = run.steps()
  const lastStep = steps.at(-1)?.step ?? 0
  // What lies beyond the last whole step was cut off by an interruption and will be done again.
  const rollouts = run.rollouts({ phase: 'train' }).filter((rollout) => rollout.step <= lastStep)
  const types = [...new Set(evaluations.flatMap((item) => item.outcomes.map((outcome) => outcome.problemType)))].sort()
  const gain = before && after ? differenceOf(after, before, types) : null
  const againstFixed = fixed && after ? differenceOf(after, fixed, types) : null
  const compared = [before, fixed, latest].filter((item) => item !== undefined)
  return {
    version: 1,
    name: run.name,
    folder: `${atPath(run.config, 'run', 'folder') ?? 'runs'}/${run.name}`,
    createdAt: run.manifest.createdAt,
    seed: run.manifest.seed,
    settings: settingsOf(
      run,
      steps.map(({ metrics }) => metrics),
    ),
    steps: lastStep,
    plannedSteps: Number(atPath(run.config, 'training', 'steps') ?? lastStep),
    types,
    heldOut: heldOutOf(compared[0], types),
    comparison: compared.map((item) => comparisonRow(item, types)),
    fixedWorkflows: fixed === undefined ? [] : fixedWorkflowsOf(run),
    bestOfN: atPath(run.config, 'policy', 'engine') === 'frozen' ? bestOfNOf(rollouts) : null,
    gain: gain?.all ?? null,
    againstFixed: againstFixed?.all ?? null,
    gainByType: gain?.byType ?? {},
    againstFixedByType: againstFixed?.byType ?? {},
    soFar: soFarOf(before, after, latest, types),
    curve: steps.map(({ step, metrics }) => ({ step, metrics })),
    training: trainingCurves(rollouts),
    evaluations: ownEvaluations.map((item) => ({
      label: item.label,
      step: item.step,
      accuracy: rateByProblem(item.outcomes),
    })),
    operatorShares: { before: sharesOf(before?.metrics, types), after: sharesOf(latest?.metrics, types) },
    choices: choicesBySource(rolloutsOf(run, before), rolloutsOf(run, latest)),
    ...extremesOf(rollouts, examples),
    troubles: troublesOf(rollouts),
    calls: run.callTotals(),
    health: [...recordedSetUp(run), ...healthEpisodes(steps, evaluations)].sort(byGravity),
  }
}

function rolloutsOf(run: RunReader, evaluation: EvaluationRecord | undefined): RolloutRecord[] {
  if (evaluation === undefined) return []
  return run.rollouts({ phase: 'evaluation', label: evaluation.label, step: evaluation.step })
}

/** What was found before the first step: it cannot be seen from the metrics, so the run recorded it. */
function recordedSetUp(run: RunReader): FindingEpisode[] {
  const found = new Map<FindingCode, FindingEpisode>()
  for (const { kind, data } of run.events()) {
    if (kind !== findingEvent) continue
    const { episode } = data as unknown as FindingChange
    const { code } = episode.finding
    if (setUpCodes.some((own) => own === code)) found.set(code, episode)
  }
  return [...found.values()]
}

/** Evaluations of the policy on the run's own split, not of a baseline and not on other data. */
function isOfPolicy({ label }: EvaluationRecord): boolean {
  return label === 'before' || label === 'after' || label.startsWith('step-')
}

function soFarOf(
  before: EvaluationRecord | undefined,
  after: EvaluationRecord | undefined,
  latest: EvaluationRecord | undefined,
  types: readonly string[],
): RunReport['soFar'] {
  if (before === undefined || latest === undefined || after !== undefined) return null
  const difference: Difference | null = differenceOf(latest, before, types)
  return difference === null ? null : { label: latest.label, difference: difference.all }
}

function heldOutOf(evaluation: EvaluationRecord | undefined, types: readonly string[]): Record<string, number> {
  const ids = (type: string): Set<string> =>
    new Set(
      evaluation?.outcomes.filter((outcome) => outcome.problemType === type).map((outcome) => outcome.problemId) ?? [],
    )
  return Object.fromEntries(types.map((type) => [type, ids(type).size]))
}

function comparisonRow({ label, step, outcomes }: EvaluationRecord, types: readonly string[]): ComparisonRow {
  return {
    label,
    step,
    all: rateByProblem(outcomes),
    byType: Object.fromEntries(
      types.map((type) => [type, rateByProblem(outcomes.filter((outcome) => outcome.problemType === type))]),
    ),
    costPerProblemUsd: outcomes.reduce((sum, outcome) => sum + outcome.costUsd, 0) / Math.max(1, outcomes.length),
    unscorable: outcomes.filter((outcome) => outcome.isCorrect === null).length,
    samples: outcomes.length,
  }
}

/** As the search recorded them; the latest record counts. */
function fixedWorkflowsOf(run: RunReader): FixedWorkflow[] {
  const data: Json = run.events().findLast((event) => event.kind === bestFixedLabel)?.data ?? []
  return Array.isArray(data) ? (data as unknown as FixedWorkflow[]) : []
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
