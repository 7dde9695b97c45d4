/** Advantages for several reward functions at once (GDPO) and for the best of a group (pass@k), with how each came about. */
import type { AdvantageDerivation } from './advantages.ts'
import { deviationOf, hasSpread, meanOf } from './moments.ts'

/**
 * GDPO as TRL's `normalize_then_sum` (arXiv:2601.05242): each reward function is normalised within its group before the
 * weighted sum, so that a function with a wide range does not drown the others; the sums are normalised over the step.
 * @param rewards shape [P][G][K], finite.
 * @param weights shape [K].
 * @returns shape [P][G].
 */
export function gdpoDerivations(
  rewards: readonly (readonly (readonly number[])[])[],
  weights: readonly number[],
  epsilon: number,
): AdvantageDerivation[][] {
  const sums = rewards.map((group) => {
    const columns = weights.map((weight, k) =>
      normalised(
        group.map((row) => row[k] as number),
        epsilon,
      ).map((value) => weight * value),
    )
    return group.map((_, i) => columns.reduce((sum, column) => sum + (column[i] as number), 0))
  })
  const all = sums.flat()
  if (!hasSpread(all)) return sums.map((group) => group.map(() => ({ kind: 'no-spread', advantage: 0 })))
  const baseline = { of: 'step-mean', value: meanOf(all) } as const
  const divisor = { of: 'step-deviation', deviation: deviationOf(all), epsilon } as const
  return sums.map((group) =>
    group.map((value) => {
      const advantage = (value - baseline.value) / (divisor.deviation + epsilon)
      return { kind: 'relative', value, baseline, divisor, advantage }
    }),
  )
}

/**
 * Pass@k advantages as verl's `grpo_passk`: the best rollout of the group alone gets its lead over the second best,
 * divided by the deviation; a shared first place leads by nothing.
 * @param rewards shape [G], finite.
 */
export function passAtKDerivations(rewards: readonly number[], epsilon: number): AdvantageDerivation[] {
  if (!hasSpread(rewards)) return rewards.map(() => ({ kind: 'no-spread', advantage: 0 }))
  const [best, second] = [...rewards].sort((a, b) => b - a) as [number, number]
  const deviation = deviationOf(rewards)
  const winner = rewards.indexOf(best)
  return rewards.map((value, i) => {
    if (i !== winner) return { kind: 'not-best', advantage: 0 }
    const baseline = { of: 'second-best', value: second } as const
    const divisor = { of: 'group-deviation', deviation, epsilon } as const
    return { kind: 'relative', value, baseline, divisor, advantage: (best - second) / (deviation + epsilon) }
  })
}

function normalised(values: readonly number[], epsilon: number): number[] {
  if (!hasSpread(values)) return values.map(() => 0)
  const mean = meanOf(values)
  const deviation = deviationOf(values)
  return values.map((value) => (value - mean) / (deviation + epsilon))
}
