/** Partial credit in five tiers (0, .2, .4, .7, 1), less fixed penalties. */
import { tierOf } from './closeness.ts'
import type { PartsPreset } from './reward-composition.ts'

const worth = [0, 0.2, 0.4, 0.7, 1] as const

export const tiers: PartsPreset = {
  name: 'tiers',
  decidedBy: 'scorer',
  parts: {
    correctness: { range: [0, 1], weight: 1 },
    mismatch: { range: [-0.4, 0], weight: 1 },
    repair: { range: [-0.2, 0], weight: 1 },
    fallback: { range: [-0.3, 0], weight: 1 },
  },
  values: (input) => ({
    correctness: worth[tierOf(input)],
    mismatch: input.violations > 0 ? -0.4 : 0,
    repair: input.repairWeight > 0 ? -0.2 : 0,
    // Whether or not the fallback was run: the program gave no answer of its own.
    fallback: input.usedFallback || input.outcome !== 'answered' ? -0.3 : 0,
  }),
}
