/** What the rewards of a step say about its groups: how much signal they carry. Names are TRL's and verl's where they have one. */
import { deviationOf, hasSpread, meanOf } from './moments.ts'

/**
 * `reward_std` over all rewards, `reward_std/within` averaged over groups, `frac_reward_zero_std` the share of groups
 * that teach nothing (no spread, or fewer than two scorable rollouts). `by_group/*` splits the groups with a scorable
 * rollout by whether all, none or some of their rewards are good (above 0); the three add up to 1.
 * @param rewards shape [P][G]; null is unscorable.
 */
export function groupMetrics(rewards: readonly (readonly (number | null)[])[]): Record<string, number> {
  const groups = rewards.map((group) => group.filter((reward) => reward !== null))
  const scored = groups.filter((group) => group.length > 0)
  const goodShares = scored.map((group) => group.filter((reward) => reward > 0).length / group.length)
  const share = (count: number, of: number): number => (of === 0 ? 0 : count / of)
  return {
    reward_std: deviationOf(groups.flat()),
    'reward_std/within': meanOf(scored.map(deviationOf)),
    frac_reward_zero_std: share(groups.filter((group) => !hasSpread(group)).length, groups.length),
    'by_group/frac_mixed': share(goodShares.filter((value) => value > 0 && value < 1).length, scored.length),
    'by_group/frac_all_good': share(goodShares.filter((value) => value === 1).length, scored.length),
    'by_group/frac_all_bad': share(goodShares.filter((value) => value === 0).length, scored.length),
  }
}
