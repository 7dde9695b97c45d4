/**
 * What the judged completions of one problem count where they are imitated. Reward-weighted cross-entropy (RCE):
 * w = softmax(R / tau), loss = -sum_n w_n log p(completion n); supervised learning is the case of all weight on the best.
 */
import { deviationOf, hasSpread, meanOf } from './moments.ts'

/** How rewards are seen: as they are, centred and divided by their deviation within the group, or as ranks in 0..1. */
export type RewardScale = 'raw' | 'normalised' | 'rank'

export interface ImitationWeighting {
  /** `softmax` of the rewards; `best`: all weight on the greatest reward, ties share it. */
  readonly weighting: 'softmax' | 'best'
  readonly rewardScale: RewardScale
  /** tau of `softmax`. */
  readonly temperature: number
}

/** @param rewards [N], not empty. @returns [N], adding up to 1. */
export function imitationWeights(
  rewards: readonly number[],
  { weighting, rewardScale, temperature }: ImitationWeighting,
): number[] {
  if (weighting === 'best') return bestWeights(rewards)
  const scaled = scaledRewards(rewards, rewardScale)
  const peak = Math.max(...scaled)
  const exponentials = scaled.map((reward) => Math.exp((reward - peak) / temperature))
  const total = exponentials.reduce((sum, value) => sum + value, 0)
  return exponentials.map((value) => value / total)
}

function bestWeights(rewards: readonly number[]): number[] {
  const best = Math.max(...rewards)
  const count = rewards.filter((reward) => reward === best).length
  return rewards.map((reward) => (reward === best ? 1 / count : 0))
}

function scaledRewards(rewards: readonly number[], scale: RewardScale): number[] {
  switch (scale) {
    case 'raw':
      return [...rewards]
    case 'normalised': {
      const deviation = hasSpread(rewards) ? deviationOf(rewards) : 0
      if (deviation === 0) return rewards.map(() => 0)
      const mean = meanOf(rewards)
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
