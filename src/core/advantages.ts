/**
 * Advantages of rollouts from their rewards, relative to the group of rollouts of the same problem. Source: GRPO,
 * arXiv:2402.03300; `none` is the Dr. GRPO form, arXiv:2503.20783; `rloo`, arXiv:2402.14740. Leaves out: value networks,
 * and verl's treatment of a group of one (its reward as the advantage, an update without a baseline).
 */
import { deviationOf, hasSpread, meanOf } from './moments.ts'

export type AdvantageScale = 'group' | 'batch' | 'none' | 'rloo'

export interface AdvantageOptions {
  /**
   * What the centred rewards are divided by: `group` the deviation of their group, `batch` the deviation of all rewards
   * of the step, `none` nothing; `rloo` centres on the mean of the other rollouts, which is G / (G - 1) times `none`.
   */
  readonly scale: AdvantageScale
  /** Added to the deviation; TRL 1e-4, verl 1e-6. */
  readonly epsilon: number
}

/**
 * Unscorable rollouts (null) are left out of mean and deviation and get 0. A group with fewer than two scorable rollouts
 * gets zeros, and so does one without spread (`hasSpread`): it carries no signal. The deviation divides by n - 1.
 * @param groups shape [P][G], rewards in any range; groups may differ in size.
 * @returns shape [P][G]; each group sums to 0 within 1e-9 * G * (largest magnitude).
 * @throws RangeError for a reward that is not finite.
 */
export function advantages(
  groups: readonly (readonly (number | null)[])[],
  { scale, epsilon }: AdvantageOptions,
): number[][] {
  const batchDeviation = scale === 'batch' ? deviationOf(groups.flatMap(scorable)) : 0
  return groups.map((group) => {
    const rewards = scorable(group)
    if (!hasSpread(rewards)) return group.map(() => 0)
    const mean = meanOf(rewards)
    const factor = factorOf(scale, rewards, batchDeviation, epsilon)
    return group.map((reward) => (reward === null ? 0 : (reward - mean) * factor))
  })
}

function factorOf(scale: AdvantageScale, rewards: readonly number[], batchDeviation: number, epsilon: number): number {
  switch (scale) {
    case 'group':
      return 1 / (deviationOf(rewards) + epsilon)
    case 'batch':
      return 1 / (batchDeviation + epsilon)
    case 'none':
      return 1
    case 'rloo':
      return rewards.length / (rewards.length - 1)
    default:
      return scale satisfies never
  }
}

function scorable(group: readonly (number | null)[]): number[] {
  const rewards = group.filter((reward) => reward !== null)
  const wrong = rewards.find((reward) => !Number.isFinite(reward))
  if (wrong !== undefined) throw new RangeError(`a reward must be finite, or null when nobody could say (got ${wrong})`)
  return rewards
}
