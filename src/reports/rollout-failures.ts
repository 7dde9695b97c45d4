/** What went wrong in the training rollouts, counted, and who decided on their answers. */
import { type ProblemOutcome, type Rate, rateByProblem } from '../core/clustered-rate.ts'
import type { RolloutRecord } from '../core/records.ts'
import { traceOf } from './rollout-trace.ts'

export interface FailureCount {
  /** `boundary/code`. */
  readonly kind: string
  /** Rollouts that had it, once each. */
  readonly rollouts: number
  readonly share: Rate
  /** Among the rollouts of the first and of the last steps. */
  readonly firstShare: Rate
  readonly lastShare: Rate
  /** One of them, to look at. */
  readonly example: { readonly message: string; readonly step: number; readonly problemId: string }
}

export interface DecisionCount {
  /** Who decided: `math`, `tests`, `match`, `judge`, `gate`. */
  readonly by: string
  readonly answers: number
  readonly unscorable: number
  /** Of the answers that could be decided, those found right. */
  readonly right: Rate
}

export interface JudgeCounts {
  /** Answers that the judge was asked about. */
  readonly answers: number
  /** Answers without a verdict, by reason (`empty-content`, `unclear`, ...). */
  readonly withoutVerdict: Readonly<Record<string, number>>
}

export interface RolloutFailures {
  readonly rollouts: number
  readonly unscorable: number
  /** Steps that count as the first, and as the last. */
  readonly endSteps: number
  readonly failures: readonly FailureCount[]
  readonly decisions: readonly DecisionCount[]
  readonly judge: JudgeCounts
}

/** @param rollouts of training, in the order of the steps. */
export function rolloutFailuresOf(rollouts: readonly RolloutRecord[]): RolloutFailures {
  const steps = [...new Set(rollouts.map((rollout) => rollout.step))].sort((a, b) => a - b)
  const endSteps = Math.max(1, Math.min(5, Math.floor(steps.length / 2)))
  const first = new Set(steps.slice(0, endSteps))
  const last = new Set(steps.slice(-endSteps))
  return {
    rollouts: rollouts.length,
    unscorable: rollouts.filter(({ score }) => score.kind === 'unscorable').length,
    endSteps,
    failures: failuresOf(rollouts, first, last),
    decisions: decisionsOf(rollouts),
    judge: judgeOf(rollouts),
  }
}

function failuresOf(
  rollouts: readonly RolloutRecord[],
  first: ReadonlySet<number>,
  last: ReadonlySet<number>,
): FailureCount[] {
  const found = new Map<string, { hits: RolloutRecord[]; message: string }>()
  for (const rollout of rollouts) {
    const kinds = new Map(rollout.failures.map(({ boundary, code, message }) => [`${boundary}/${code}`, message]))
    for (const [kind, message] of kinds) {
      const known = found.get(kind)
      if (known === undefined) found.set(kind, { hits: [rollout], message })
      else known.hits.push(rollout)
    }
  }
  const counts = [...found].map(([kind, { hits, message }]) => {
    const { step, problemId } = hits[0] as RolloutRecord
    const failed = new Set(hits)
    const shareOf = (list: readonly RolloutRecord[]): Rate =>
      rateByProblem(
        list.map((rollout) => ({ problemId: rollout.problemId, isCorrect: failed.has(rollout) })),
        'trials',
      )
    return {
      kind,
      rollouts: hits.length,
      share: shareOf(rollouts),
      firstShare: shareOf(rollouts.filter((rollout) => first.has(rollout.step))),
      lastShare: shareOf(rollouts.filter((rollout) => last.has(rollout.step))),
      example: { message, step, problemId },
    }
  })
  return counts.sort((a, b) => b.rollouts - a.rollouts || (a.kind < b.kind ? -1 : 1))
}

function decisionsOf(rollouts: readonly RolloutRecord[]): DecisionCount[] {
  const decided = new Map<string, ProblemOutcome[]>()
  for (const rollout of rollouts) {
    const by = traceOf(rollout).decidedBy
    if (by === null) continue
    const { problemId, score } = rollout
    const outcome = { problemId, isCorrect: score.kind === 'scored' ? score.isCorrect : null }
    const known = decided.get(by)
    if (known === undefined) decided.set(by, [outcome])
    else known.push(outcome)
  }
  return [...decided]
    .map(([by, outcomes]) => ({
      by,
      answers: outcomes.length,
      unscorable: outcomes.filter(({ isCorrect }) => isCorrect === null).length,
      right: rateByProblem(outcomes),
    }))
    .sort((a, b) => b.answers - a.answers || (a.by < b.by ? -1 : 1))
}

function judgeOf(rollouts: readonly RolloutRecord[]): JudgeCounts {
  const withoutVerdict: Record<string, number> = {}
  let answers = 0
  for (const { judgeCalls, judgeFailure } of rollouts.map(traceOf)) {
    if (judgeCalls === 0) continue
    answers += 1
    if (judgeFailure !== null) withoutVerdict[judgeFailure] = (withoutVerdict[judgeFailure] ?? 0) + 1
  }
  return { answers, withoutVerdict }
}
