/**
 * From facts to a reward: named parts that add up, clamped to a range. Without a verdict there is no reward at all,
 * never one of 0. An answer of the fallback workflow earns no credit, right or wrong. Calls have a price only in a
 * program that answered: what did not run earns the same, however far it came.
 */
import type { RewardPart, Score, Verdict } from '../core/reward.ts'

/**
 * What each outcome is worth. A program that cannot run should earn the least there is, so that it never beats a valid
 * program with a wrong answer; a fallback earns the same.
 */
export interface RewardAmounts {
  readonly correct: number
  readonly wrong: number
  /** Added once when a rule with a penalty was broken. */
  readonly violation: number
  /** Instead of right or wrong, when the completion could not be read or its program not run. */
  readonly executionFailure: number
  /** Instead of right or wrong, when the fallback workflow answered. */
  readonly fallback: number
  /** Added for a repair of weight 1. */
  readonly repair: number
  /** Reward points, at least 0, taken for each call of the program's operators to the executor. */
  readonly callPrice: number
  /** Lowest and highest reward. */
  readonly range: readonly [lowest: number, highest: number]
}

export interface RewardFacts {
  /**
   * `answered`: the policy's own program ran to its end. `unreadable`: no program in the completion. `failed`: the
   * program could not run. `unavailable`: a service failed for good, so nothing can be said of the program.
   */
  readonly outcome: 'answered' | 'unreadable' | 'failed' | 'unavailable'
  /** Whether the fallback workflow answered in the program's place. */
  readonly usedFallback: boolean
  /** Of the program's answer; ignored unless `answered`. */
  readonly verdict: Verdict
  /** Rules with a penalty that were broken. */
  readonly violations: number
  /** Weights of the repairs together: a multiple of what one costs. */
  readonly repairWeight: number
  /** Answered calls of the program's operators to the executor, each once however often the client sent it. */
  readonly calls: number
  /** One sentence for the record. */
  readonly reason: string
}

export function composeReward(facts: RewardFacts, amounts: RewardAmounts): Score {
  const { outcome, verdict, reason } = facts
  const unscorable = unscorableReason(facts)
  if (unscorable !== null) return { kind: 'unscorable', reason: unscorable }
  const isAnswered = outcome === 'answered' && !facts.usedFallback
  const isCorrect = isAnswered && verdict === 'true'
  const parts: RewardPart[] = [outcomePart(facts, amounts)]
  if (facts.violations > 0 && amounts.violation !== 0) parts.push({ name: 'violation', value: amounts.violation })
  if (facts.repairWeight > 0 && amounts.repair !== 0)
    parts.push({ name: 'repair', value: amounts.repair * facts.repairWeight })
  const free = sumOf(parts)
  if (isAnswered && facts.calls > 0 && amounts.callPrice > 0)
    parts.push({ name: 'calls', value: -amounts.callPrice * facts.calls })
  const sum = sumOf(parts)
  // No number of calls makes a program that answered worth less than one that did not run.
  const floor = Math.min(free, Math.max(amounts.executionFailure, amounts.fallback))
  const [lowest, highest] = amounts.range
  const reward = Math.min(highest, Math.max(lowest, floor, sum))
  if (reward !== sum) parts.push({ name: 'clamp', value: reward - sum })
  return { kind: 'scored', reward, parts, isCorrect, verdict: isCorrect ? 'true' : 'false', reason }
}

/** @returns null where there is something to score. */
export function unscorableReason({ outcome, usedFallback, verdict, reason }: RewardFacts): string | null {
  return outcome === 'unavailable' || (outcome === 'answered' && !usedFallback && verdict === 'unscorable')
    ? reason
    : null
}

function outcomePart(facts: RewardFacts, amounts: RewardAmounts): RewardPart {
  if (facts.usedFallback) return { name: 'fallback', value: amounts.fallback }
  if (facts.outcome === 'unreadable') return { name: 'format', value: amounts.executionFailure }
  if (facts.outcome === 'failed') return { name: 'execution', value: amounts.executionFailure }
  return { name: 'correctness', value: facts.verdict === 'true' ? amounts.correct : amounts.wrong }
}

function sumOf(parts: readonly RewardPart[]): number {
  return parts.reduce((total, part) => total + part.value, 0)
}
