/**
 * Metrics of workflow rollouts, read from their records. Rates are over all rollouts unless a line says otherwise;
 * operators are counted as they were called by the policy's own programs, not as they appear in the text.
 */
import { agreementOf, type LabelledVerdict } from '../core/agreement.ts'
import { measured, shareOf } from '../core/measured.ts'
import type { Metrics, RolloutRecord } from '../core/records.ts'
import type { WorkflowOutcome } from '../core/rollout-outcome.ts'
import { operators as contract } from './contract/index.ts'
import { answeredCalls } from './execution/index.ts'

interface Row {
  readonly rollout: RolloutRecord
  readonly attempt: WorkflowOutcome
}

export function workflowMetrics(rollouts: readonly RolloutRecord[]): Metrics {
  const rows = rollouts.flatMap((rollout): Row[] => {
    return rollout.outcome.environment === 'workflows' ? [{ rollout, attempt: rollout.outcome }] : []
  })
  const types = [...new Set(rollouts.map((rollout) => rollout.problemType))].sort()
  const ofType = (type: string): Row[] => rows.filter(({ rollout }) => rollout.problemType === type)
  const callsByType = types.map((type): [string, number | null] => [`operators/${type}/calls`, callsOf(ofType(type))])
  const accuracies = types.map((type): [string, number | null] => [`accuracy/${type}`, accuracyOf(ofType(type))])
  return {
    ...workflowRates(rows),
    ...operatorShares(rows, 'operators'),
    'operators/entropy': entropyOf(operatorCounts(rows)),
    // Calls to the executor, not operators called: Programmer may ask three times, Test not once.
    ...measured({ 'operators/calls': callsOf(rows), ...Object.fromEntries(callsByType) }),
    ...Object.assign({}, ...types.map((type) => operatorShares(ofType(type), `operators/${type}`))),
    ...measured(Object.fromEntries(accuracies)),
    ...judgeMetrics(rows),
    ...simulatorMetrics(rows),
    ...costs(rows),
  }
}

/** Of the rollouts in which the simulator was asked to solve something: those in which it never knew the problem. */
function simulatorMetrics(rows: readonly Row[]): Metrics {
  const marks = rows.flatMap(({ attempt }) => attempt.simulator ?? [])
  if (marks.length === 0) return {}
  return { 'simulator/unknown_problem_rate': marks.filter(({ known }) => known === 0).length / marks.length }
}

/** Dollars of all rollouts, as attributed to them: a reply found in the journal counts what it cost when it was bought. */
function costs(rows: readonly Row[]): Metrics {
  const calls = rows.flatMap(({ attempt }) => [...attempt.operators, ...(attempt.fallback?.operators ?? [])])
  return {
    'cost/executor': sum(calls, ({ costUsd }) => costUsd),
    'cost/judge': sum(rows, ({ attempt }) => attempt.correctness?.judged?.costUsd ?? 0),
  }
}

function workflowRates(rows: readonly Row[]): Metrics {
  const rate = (claim: (row: Row) => boolean): number | null => shareOf(rows.filter(claim).length, rows.length)
  const ran = rows.filter(({ attempt }) => attempt.outcome !== 'unavailable')
  return measured({
    'workflow/format_rate': rate(({ attempt }) => attempt.outcome !== 'unreadable'),
    'workflow/valid_rate': rate(({ attempt }) => attempt.isValid),
    'workflow/repair_rate': rate(({ attempt }) => attempt.repairs.length > 0),
    // Whether or not the fallback was run: these programs had no answer of their own. Those that a service failed say nothing.
    'workflow/fallback_rate': shareOf(
      ran.filter(({ attempt }) => attempt.outcome === 'unreadable' || attempt.outcome === 'failed').length,
      ran.length,
    ),
    'workflow/violation_rate': rate(({ attempt }) => attempt.violations > 0),
    'workflow/eval_call_rate': rate(({ attempt }) => attempt.findings.some(({ kind }) => kind === 'dynamic-code')),
    'workflow/api_error_rate': rate(({ rollout }) => rollout.failures.some(({ boundary }) => boundary === 'executor')),
  })
}

function callsOf(rows: readonly Row[]): number | null {
  return shareOf(
    sum(rows, ({ attempt }) => answeredCalls(attempt)),
    rows.length,
  )
}

function operatorCounts(rows: readonly Row[]): Map<string, number> {
  const counts = new Map(contract.map(({ name }) => [name, 0]))
  for (const { attempt } of rows)
    for (const { operator } of attempt.operators) counts.set(operator, (counts.get(operator) ?? 0) + 1)
  return counts
}

function operatorShares(rows: readonly Row[], prefix: string): Metrics {
  const counts = operatorCounts(rows)
  const total = sum([...counts.values()], (count) => count)
  return measured(
    Object.fromEntries([...counts].map(([name, count]) => [`${prefix}/${name}/share`, shareOf(count, total)])),
  )
}

/** Of the shares, in nats: 0 when one operator does everything. */
function entropyOf(counts: ReadonlyMap<string, number>): number {
  const values = [...counts.values()].filter((count) => count > 0)
  const total = sum(values, (count) => count)
  return sum(values, (count) => -(count / total) * Math.log(count / total))
}

function accuracyOf(rows: readonly Row[]): number | null {
  const scores = rows.map(({ rollout }) => rollout.score).filter((score) => score.kind === 'scored')
  return shareOf(scores.filter((score) => score.isCorrect).length, scores.length)
}

/** Rates are over the answers that the judge was asked about; there are none where it was not asked. */
function judgeMetrics(rows: readonly Row[]): Metrics {
  const graded = rows.flatMap(({ attempt }) => attempt.correctness?.judged ?? []).filter(({ calls }) => calls > 0)
  const rate = (claim: (grade: (typeof graded)[number]) => boolean): number | null =>
    shareOf(graded.filter(claim).length, graded.length)
  const decided = graded.filter(({ verdict }) => verdict !== 'unscorable')
  return measured({
    'judge/calls': sum(graded, ({ calls }) => calls),
    'judge/retry_rate': rate(({ calls }) => calls > 1),
    'judge/empty_rate': rate(({ failure }) => failure?.code === 'empty-content'),
    'judge/unscorable_rate': rate(({ verdict }) => verdict === 'unscorable'),
    'judge/true_rate': shareOf(decided.filter(({ verdict }) => verdict === 'true').length, decided.length),
    ...judgeAgainstScorer(rows),
  })
}

/** Where the judge decided and an exact scorer applies too; nothing where both never met. `n` counts problems. */
function judgeAgainstScorer(rows: readonly Row[]): Metrics {
  const verdicts = rows.flatMap(({ rollout, attempt }): LabelledVerdict[] => {
    const { exact, verdict } = attempt.correctness ?? {}
    if (exact === undefined || verdict === undefined || verdict === 'unscorable') return []
    return [{ cluster: rollout.problemId, label: exact === 'true', verdict: verdict === 'true' }]
  })
  if (verdicts.length === 0) return {}
  const { accuracy, falseTrueRate, falseFalseRate } = agreementOf(verdicts)
  return {
    'judge/agreement': accuracy.value,
    'judge/agreement/n': accuracy.n,
    ...(falseTrueRate.n === 0 ? {} : { 'judge/false_true_rate': falseTrueRate.value }),
    ...(falseFalseRate.n === 0 ? {} : { 'judge/false_false_rate': falseFalseRate.value }),
  }
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}
