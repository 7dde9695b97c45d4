/** Best of n: what the rollout with the highest reward of each group is worth, beside the average one. */
import type { Metrics, RolloutRecord } from '../core/records.ts'

/**
 * The choice is made by the reward, which has seen the reference answer: an upper bound of what choosing can give.
 * @param groups shape [P] of [G]; rollouts that could not be scored are left out.
 * @returns rates over the groups that have a scored rollout; nothing where there is none.
 */
export function bestOfN(groups: readonly (readonly RolloutRecord[])[]): Metrics {
  const best = groups.flatMap((group) => {
    const scored = group.flatMap(({ score }) => (score.kind === 'scored' ? [score] : []))
    const [first] = [...scored].sort((a, b) => b.reward - a.reward)
    return first === undefined ? [] : [first]
  })
  if (best.length === 0) return {}
  return {
    'best_of_n/accuracy': best.filter(({ isCorrect }) => isCorrect).length / best.length,
    'best_of_n/reward': best.reduce((sum, { reward }) => sum + reward, 0) / best.length,
  }
}
