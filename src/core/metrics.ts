/**
 * What the scores of a step say about its groups. Two figures that must not share a name: *spread*, the rewards of a group
 * differ (fines are enough), so that the update moves; and *signal*, right and wrong answers are mixed, so that it moves
 * towards right ones. Names are TRL's and verl's where they have one.
 */
import { measured, shareOf } from './measured.ts'
import { deviationOf, hasSpread, meanOf } from './moments.ts'
import type { Score } from './reward.ts'

/**
 * `reward_std` over all rewards, `reward_std/within` averaged over groups, `frac_reward_zero_std` the share of groups
 * without spread (or with fewer than two scorable rollouts), `by_group/*` the groups with a scorable rollout by whether
 * all, none or some of their answers are right; the three add up to 1, and `by_group/frac_mixed` is the signal. What
 * nothing was measured of is not there.
 * @param scores shape [P][G].
 */
export function groupMetrics(scores: readonly (readonly Score[])[]): Record<string, number> {
  const groups = scores.map((group) => group.filter((score) => score.kind === 'scored'))
  const scored = groups.filter((group) => group.length > 0)
  const rewards = groups.map((group) => group.map(({ reward }) => reward))
  const rightShares = scored.map((group) => meanOf(group.map(({ isCorrect }) => Number(isCorrect))))
  return measured({
    ...(scored.length === 0
      ? {}
      : {
          reward_std: deviationOf(rewards.flat()),
          'reward_std/within': meanOf(rewards.filter((group) => group.length > 0).map(deviationOf)),
        }),
    frac_reward_zero_std: shareOf(rewards.filter((group) => !hasSpread(group)).length, rewards.length),
    'by_group/frac_mixed': shareOf(rightShares.filter((value) => value > 0 && value < 1).length, scored.length),
    'by_group/frac_all_good': shareOf(rightShares.filter((value) => value === 1).length, scored.length),
    'by_group/frac_all_bad': shareOf(rightShares.filter((value) => value === 0).length, scored.length),
  })
}
