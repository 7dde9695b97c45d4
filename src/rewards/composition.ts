/**
 * From facts to a reward: named parts that add up, clamped to the preset's range. Nobody's verdict is no reward at all,
 * never one of 0. An answer of the fallback workflow earns no credit, right or wrong. Calls have a price only in a
 * program that answered: what did not run earns the same, however far it came.
 */
import type { RewardPart, Score, Verdict } from '../core/reward.ts'
import type { RewardPreset } from './presets.ts'

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
  /** Weights of the repairs together: a multiple of what a preset takes for one. */
  readonly repairWeight: number
  /** Answered calls of the program's operators to the executor, each once however often the client sent it. */
  readonly calls: number
  /** One sentence for the record. */
  readonly reason: string
}

export function composeReward(facts: RewardFacts, preset: RewardPreset): Score {
  const { outcome, verdict, reason } = facts
  if (outcome === 'unavailable' || (outcome === 'answered' && !facts.usedFallback && verdict === 'unscorable'))
    return { kind: 'unscorable', reason }
  const isAnswered = outcome === 'answered' && !facts.usedFallback
  const isCorrect = isAnswered && verdict === 'true'
  const parts: RewardPart[] = [outcomePart(facts, preset)]
  if (facts.violations > 0 && preset.violation !== 0) parts.push({ name: 'violation', value: preset.violation })
  if (facts.repairWeight > 0 && preset.repair !== 0)
    parts.push({ name: 'repair', value: preset.repair * facts.repairWeight })
  const free = sumOf(parts)
  if (isAnswered && facts.calls > 0 && preset.callPrice > 0)
    parts.push({ name: 'calls', value: -preset.callPrice * facts.calls })
  const sum = sumOf(parts)
  // No number of calls makes a program that answered worth less than one that did not run.
  const floor = Math.min(free, Math.max(preset.executionFailure, preset.fallback))
  const [lowest, highest] = preset.range
  const reward = Math.min(highest, Math.max(lowest, floor, sum))
  if (reward !== sum) parts.push({ name: 'clamp', value: reward - sum })
  return { kind: 'scored', reward, parts, isCorrect, verdict: isCorrect ? 'true' : 'false', reason }
}

function outcomePart(facts: RewardFacts, preset: RewardPreset): RewardPart {
  if (facts.usedFallback) return { name: 'fallback', value: preset.fallback }
  if (facts.outcome === 'unreadable') return { name: 'format', value: preset.executionFailure }
  if (facts.outcome === 'failed') return { name: 'execution', value: preset.executionFailure }
  return { name: 'correctness', value: facts.verdict === 'true' ? preset.correct : preset.wrong }
}

function sumOf(parts: readonly RewardPart[]): number {
  return parts.reduce((total, part) => total + part.value, 0)
}
