/**
 * What a run has to say, gathered from its store as plain data: the Markdown and the HTML report are two renderings of
 * it, and it can be gathered again at any time. Every rate comes with n and a 95 % interval.
 */
import type { Finding } from '../core/health.ts'
import { runHealth } from '../core/health.ts'
import { wilsonInterval } from '../core/intervals.ts'
import { type PairedDifference, pairedDifference } from '../core/paired-tests.ts'
import type { EvaluationOutcome, EvaluationRecord, Metrics, RolloutRecord } from '../core/records.ts'
import type { CallTotals, RunReader } from '../runs/index.ts'

export interface Rate {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly n: number
}

/** One policy or fixed workflow on the held-out problems. */
export interface ComparisonRow {
  readonly label: string
  readonly all: Rate
  readonly byType: Readonly<Record<string, Rate>>
  readonly costPerProblemUsd: number
}

export interface WorkflowExample {
  readonly rollout: RolloutRecord
  readonly reward: number
}

export interface RunReport {
  readonly version: 1
  readonly name: string
  readonly createdAt: string
  readonly seed: number
  readonly settings: readonly (readonly [name: string, value: string])[]
  readonly steps: number
  readonly plannedSteps: number
  readonly types: readonly string[]
  readonly comparison: readonly ComparisonRow[]
  /** Trained policy minus warm start, paired by problem; null before the last evaluation. */
  readonly gain: PairedDifference | null
  /** Trained policy minus best fixed workflow per type; null without a search. */
  readonly againstFixed: PairedDifference | null
  readonly curve: readonly { readonly step: number; readonly metrics: Metrics }[]
  readonly evaluations: readonly { readonly label: string; readonly step: number; readonly accuracy: Rate }[]
  /** `type -> operator -> share` of the operator calls written, before and after. */
  readonly operatorShares: { readonly before: ShareTable; readonly after: ShareTable }
  readonly best: readonly WorkflowExample[]
  readonly worst: readonly WorkflowExample[]
  readonly calls: Readonly<Record<string, CallTotals>>
  readonly health: readonly Finding[]
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
  const steps = run.steps()
  const rollouts = run.rollouts({ phase: 'train' })
  const types = [...new Set(evaluations.flatMap((item) => item.outcomes.map((outcome) => outcome.problemType)))].sort()
  return {
    version: 1,
    name: run.name,
    createdAt: run.manifest.createdAt,
    seed: run.manifest.seed,
    settings: settingsOf(run),
    steps: steps.length,
    plannedSteps: Number(atPath(run.config, 'training', 'steps') ?? steps.length),
    types,
    comparison: [before, fixed, after].filter((item) => item !== undefined).map((item) => comparisonRow(item, types)),
    gain: before && after ? differenceOf(after, before) : null,
    againstFixed: fixed && after ? differenceOf(after, fixed) : null,
    curve: steps.map(({ step, metrics }) => ({ step, metrics })),
    evaluations: evaluations
      .filter((item) => item.label !== bestFixedLabel)
      .map((item) => ({ label: item.label, step: item.step, accuracy: rateOfOutcomes(item.outcomes) }))
      .sort((a, b) => a.step - b.step),
    operatorShares: { before: sharesOf(before?.metrics, types), after: sharesOf(after?.metrics, types) },
    ...extremes(rollouts, examples),
    calls: run.callTotals(),
    health: runHealth(steps.map((step) => step.metrics)),
  }
}

function rateOfOutcomes(outcomes: readonly EvaluationOutcome[]): Rate {
  const scored = outcomes.filter((outcome) => outcome.isCorrect !== null)
  const correct = scored.filter((outcome) => outcome.isCorrect).length
  const [low, high] = wilsonInterval(correct, scored.length)
  return { value: scored.length === 0 ? 0 : correct / scored.length, low, high, n: scored.length }
}

function comparisonRow(evaluation: EvaluationRecord, types: readonly string[]): ComparisonRow {
  const { outcomes } = evaluation
  return {
    label: evaluation.label,
    all: rateOfOutcomes(outcomes),
    byType: Object.fromEntries(
      types.map((type) => [type, rateOfOutcomes(outcomes.filter((outcome) => outcome.problemType === type))]),
    ),
    costPerProblemUsd: outcomes.reduce((sum, outcome) => sum + outcome.costUsd, 0) / Math.max(1, outcomes.length),
  }
}

/** Mean of `a - b` over the problems that both could be scored on; several samples of a problem are averaged first. */
function differenceOf(a: EvaluationRecord, b: EvaluationRecord): PairedDifference | null {
  const left = meanByProblem(a.outcomes)
  const right = meanByProblem(b.outcomes)
  const shared = [...left.keys()].filter((id) => right.has(id))
  if (shared.length < 2) return null
  return pairedDifference(
    shared.map((id) => left.get(id) as number),
    shared.map((id) => right.get(id) as number),
  )
}

function meanByProblem(outcomes: readonly EvaluationOutcome[]): Map<string, number> {
  const values = new Map<string, number[]>()
  for (const { problemId, isCorrect } of outcomes) {
    if (isCorrect === null) continue
    values.set(problemId, [...(values.get(problemId) ?? []), isCorrect ? 1 : 0])
  }
  return new Map([...values].map(([id, list]) => [id, list.reduce((sum, value) => sum + value, 0) / list.length]))
}

function sharesOf(metrics: Metrics | undefined, types: readonly string[]): ShareTable {
  const table: Record<string, Record<string, number>> = {}
  for (const [name, value] of Object.entries(metrics ?? {})) {
    const match = /^operators\/([^/]+)\/([^/]+)\/share$/.exec(name)
    const [, type, operator] = match ?? []
    if (type === undefined || operator === undefined || !types.includes(type)) continue
    table[type] = { ...table[type], [operator]: value }
  }
  return table
}

/** Rollouts with the highest and the lowest rewards, one a problem, each program text once. */
function extremes(
  rollouts: readonly RolloutRecord[],
  count: number,
): { readonly best: readonly WorkflowExample[]; readonly worst: readonly WorkflowExample[] } {
  const scored = rollouts
    .flatMap((rollout) => (rollout.score.kind === 'scored' ? [{ rollout, reward: rollout.score.reward }] : []))
    .sort((a, b) => b.reward - a.reward || b.rollout.step - a.rollout.step || a.rollout.position - b.rollout.position)
  return { best: distinct(scored, count), worst: distinct([...scored].reverse(), count) }
}

function distinct(examples: readonly WorkflowExample[], count: number): WorkflowExample[] {
  const seen = new Set<string>()
  const kept: WorkflowExample[] = []
  for (const example of examples) {
    if (kept.length === count) break
    const program = `${example.rollout.problemType}\n${example.rollout.text}`
    if (seen.has(program) || seen.has(example.rollout.problemId)) continue
    seen.add(program)
    seen.add(example.rollout.problemId)
    kept.push(example)
  }
  return kept
}

function settingsOf(run: RunReader): [string, string][] {
  const { config, manifest } = run
  const text = (...path: string[]): string => String(atPath(config, ...path) ?? '')
  const executor = text('llm', 'executor', 'baseUrl')
  return [
    ['policy', `${text('policy', 'engine')}, ${text('policy', 'model')}`],
    [
      'executor',
      executor === 'simulator'
        ? 'simulator (offline, not a language model)'
        : `${text('llm', 'executor', 'model')} at ${executor}`,
    ],
    [
      'problems',
      Object.entries(manifest.datasets)
        .map(([split, data]) => `${data.rows} ${split}`)
        .join(', '),
    ],
    ['step', `${text('training', 'problemsPerStep')} problems x ${text('training', 'groupSize')} rollouts`],
    [
      'loss',
      `${text('training', 'loss', 'type')}, advantages by ${text('training', 'advantages', 'scale')}, KL ${text('training', 'loss', 'klCoefficient')}`,
    ],
    ['learning rate', `${text('training', 'learningRate')} (${text('training', 'schedule')})`],
    ['seed', String(manifest.seed)],
    ['versions', `Baton ${manifest.batonVersion}, Node ${manifest.nodeVersion}`],
    ['configuration', manifest.configHash.slice(0, 12)],
  ]
}

function atPath(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (node, key) => (typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined),
    value,
  )
}
