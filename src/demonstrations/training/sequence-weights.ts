/**
 * What the sequences of a group count: weights of supervised learning and RCE, advantages of GRPO.
 * RCE: w = softmax(R / tau), loss = -sum_n w_n log p(sequence n).
 */
import { deviationOf, hasSpread, meanOf } from '../../core/moments.ts'

/** How RCE sees rewards: as they are, centred and divided by their deviation within the group, or as ranks in 0..1. */
export type RewardScale = 'raw' | 'normalised' | 'rank'

export interface RceOptions {
  readonly scale: RewardScale
  readonly temperature: number
  /** All weight on the best sequence; ties share it. */
  readonly bestOnly?: boolean
}

/** @param rewards [N]. @returns [N], adding up to 1. */
export function rceWeights(rewards: readonly number[], { scale, temperature, bestOnly = false }: RceOptions): number[] {
  if (bestOnly) return bestWeights(rewards)
  const scaled = scaledRewards(rewards, scale)
  const peak = Math.max(...scaled)
  const exponentials = scaled.map((reward) => Math.exp((reward - peak) / temperature))
  const total = exponentials.reduce((sum, value) => sum + value, 0)
  return exponentials.map((value) => value / total)
}

/** Even weights over the sequences with the greatest reward: labels of supervised learning. */
export function bestWeights(rewards: readonly number[]): number[] {
  const best = Math.max(...rewards)
  const count = rewards.filter((reward) => reward === best).length
  return rewards.map((reward) => (reward === best ? 1 / count : 0))
}

function scaledRewards(rewards: readonly number[], scale: RewardScale): number[] {
  switch (scale) {
    case 'raw':
      return [...rewards]
    case 'normalised': {
      if (!hasSpread(rewards)) return rewards.map(() => 0)
      const mean = meanOf(rewards)
      const deviation = deviationOf(rewards)
      return rewards.map((reward) => (reward - mean) / deviation)
    }
    case 'rank':
      return ranks(rewards).map((rank) => 1 - rank)
    default:
      return scale satisfies never
  }
}

/** 0 for the best, 1 for the worst; ties share the mean of their places. */
function ranks(rewards: readonly number[]): number[] {
  if (rewards.length < 2) return rewards.map(() => 0)
  return rewards.map((reward) => {
    const better = rewards.filter((other) => other > reward).length
    const equal = rewards.filter((other) => other === reward).length
    return (better + (equal - 1) / 2) / (rewards.length - 1)
  })
}

export interface SequenceAdvantageOptions {
  /** `deviation`: (R - mean) / max(deviation, floor); `rank`: 1 for the best to -1 for the worst. */
  readonly scale: 'deviation' | 'rank'
  /** Keeps tiny differences from becoming full-size advantages. */
  readonly deviationFloor: number
  /** Advantages are clipped to this magnitude. */
  readonly limit: number
}

/** Group-relative advantages. A group whose rewards do not differ gets zeros. @param rewards [N]. @returns [N]. */
export function groupAdvantages(rewards: readonly number[], options: SequenceAdvantageOptions): number[] {
  if (!hasSpread(rewards)) return rewards.map(() => 0)
  const clip = (value: number): number => Math.min(options.limit, Math.max(-options.limit, value))
  if (options.scale === 'rank') return ranks(rewards).map((rank) => clip(1 - 2 * rank))
  const mean = meanOf(rewards)
  const divisor = Math.max(deviationOf(rewards), options.deviationFloor)
  return rewards.map((reward) => clip((reward - mean) / divisor))
}
