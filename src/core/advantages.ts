/**
 * Group-relative advantages: how much better a rollout did than its siblings on the same problem.
 * Baselines learned by a critic are left out. GDPO and pass@k are in `other-advantages.ts`.
 */
import { deviationOf, hasSpread, meanOf } from './moments.ts'

export interface AdvantageOptions {
  /**
   * What centred rewards are divided by: the deviation of their `group` (GRPO, arXiv:2402.03300), of the whole `batch`
   * (arXiv:2508.08221), nothing (`none`, Dr. GRPO, arXiv:2503.20783). `rloo` centres on the mean of the others instead
   * (arXiv:2402.14740).
   */
  readonly scale: 'group' | 'batch' | 'none' | 'rloo'
  /** Added to the deviation before the division; 1e-4 in TRL, 1e-6 in verl. */
  readonly epsilon: number
}

/**
 * Deviations divide by n - 1. Unscorable rollouts (null) are left out of mean and deviation and get 0. A group without
 * spread, or with fewer than two scorable rollouts, gets zeros: it carries no signal.
 * @param rewards shape [P][G], any range, finite; groups may differ in size.
 * @returns shape [P][G]; each group sums to 0 within rounding.
 * @throws RangeError for a reward that is not finite.
 */
export function advantages(
  rewards: readonly (readonly (number | null)[])[],
  { scale, epsilon }: AdvantageOptions,
): number[][] {
  const batchDeviation = scale === 'batch' ? deviationOf(rewards.flatMap(scorable)) : 0
  return rewards.map((group) => {
    const scored = scorable(group)
    if (!hasSpread(scored)) return group.map(() => 0)
    const mean = meanOf(scored)
    const factor = {
      group: () => 1 / (deviationOf(scored) + epsilon),
      batch: () => 1 / (batchDeviation + epsilon),
      none: () => 1,
      rloo: () => scored.length / (scored.length - 1),
    }[scale]()
    return group.map((reward) => (reward === null ? 0 : (reward - mean) * factor))
  })
}

/** The rewards of a group that are numbers. */
function scorable(group: readonly (number | null)[]): number[] {
  const scored = group.filter((reward) => reward !== null)
  const wrong = scored.find((reward) => !Number.isFinite(reward))
  if (wrong !== undefined) throw new RangeError(`a reward must be finite, or null when nobody could say (got ${wrong})`)
  return scored
}
