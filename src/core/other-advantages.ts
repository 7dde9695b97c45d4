/** Advantages for several reward functions at once (GDPO) and for the best of a group (pass@k). */
import { deviationOf, hasSpread, meanOf } from './moments.ts'

/**
 * GDPO as TRL's `normalize_then_sum` (arXiv:2601.05242): each reward function is normalised within its group before the
 * weighted sum, so that a function with a wide range does not drown the others; the sums are normalised over the batch.
 * @param rewards shape [P][G][K], finite.
 * @param weights shape [K].
 * @returns shape [P][G].
 */
export function gdpoAdvantages(
  rewards: readonly (readonly (readonly number[])[])[],
  weights: readonly number[],
  epsilon: number,
): number[][] {
  const sums = rewards.map((group) => {
    const columns = weights.map((weight, k) =>
      normalised(
        group.map((row) => row[k] as number),
        epsilon,
      ).map((value) => weight * value),
    )
    return group.map((_, i) => columns.reduce((sum, column) => sum + (column[i] as number), 0))
  })
  const all = normalised(sums.flat(), epsilon)
  let next = 0
  return sums.map((group) => group.map(() => all[next++] as number))
}

/**
 * Pass@k advantages as verl's `grpo_passk`: the best rollout of the group alone gets its lead over the second best,
 * divided by the deviation; a shared first place leads by nothing.
 * @param rewards shape [G], finite.
 */
export function passAtKAdvantages(rewards: readonly number[], epsilon: number): number[] {
  if (!hasSpread(rewards)) return rewards.map(() => 0)
  const [best, second] = [...rewards].sort((a, b) => b - a) as [number, number]
  const lead = (best - second) / (deviationOf(rewards) + epsilon)
  const winner = rewards.indexOf(best)
  return rewards.map((_, i) => (i === winner ? lead : 0))
}

function normalised(values: readonly number[], epsilon: number): number[] {
  if (!hasSpread(values)) return values.map(() => 0)
  const mean = meanOf(values)
  const deviation = deviationOf(values)
  return values.map((value) => (value - mean) / (deviation + epsilon))
}
