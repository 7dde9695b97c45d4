/** Baton's default as a composition; the arithmetic is `composition.ts`'s. */
import { composeReward, type RewardAmounts } from '../composition.ts'
import type { RewardComposition } from './reward-composition.ts'

export function standardComposition(
  amounts: RewardAmounts,
  { name, decidedBy }: Pick<RewardComposition, 'name' | 'decidedBy'>,
): RewardComposition {
  const upTo = (value: number) => ({ range: [Math.min(0, value), Math.max(0, value)], weight: 1 }) as const
  const width = amounts.range[1] - amounts.range[0]
  return {
    name,
    decidedBy,
    sha256: null,
    range: amounts.range,
    parts: {
      correctness: { range: [amounts.wrong, amounts.correct], weight: 1 },
      format: upTo(amounts.executionFailure),
      execution: upTo(amounts.executionFailure),
      fallback: upTo(amounts.fallback),
      violation: upTo(amounts.violation),
      // How often is the program's: what it can come to is bounded by the range of the reward.
      repair: upTo(amounts.repair === 0 ? 0 : Math.sign(amounts.repair) * width),
      calls: upTo(amounts.callPrice === 0 ? 0 : -width),
      clamp: { range: [-width, width], weight: 1 },
    },
    compose: (input) => ({ score: composeReward(input, amounts), failures: [] }),
    close: async () => {},
  }
}
