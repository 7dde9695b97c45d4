/**
 * Partial credit in five even tiers under caps that fall as training goes on: what a repaired program, or one with an
 * operator that its problem type does not allow, can earn at most. A fallback's answer earns nothing at any step.
 */
import { tierOf } from './closeness.ts'
import type { PartsPreset } from './reward-composition.ts'

/** Up to which step (not included) a program that was repaired, or broke a rule, earns how much at most. */
const stages = [
  { until: 50, repaired: 0.85, mismatch: 0.4 },
  { until: 150, repaired: 0.7, mismatch: 0.2 },
  { until: Number.POSITIVE_INFINITY, repaired: 0.5, mismatch: 0 },
] as const

export const progressive: PartsPreset = {
  name: 'progressive',
  decidedBy: 'scorer',
  parts: {
    correctness: { range: [0, 1], weight: 1 },
    repair: { range: [-1, 0], weight: 1 },
    mismatch: { range: [-1, 0], weight: 1 },
  },
  values: (input) => {
    const stage = stages.find(({ until }) => input.step < until) ?? stages[2]
    const earned = tierOf(input) / 4
    const repaired = input.repairWeight > 0 ? Math.min(earned, stage.repaired) : earned
    const allowed = input.violations > 0 ? Math.min(repaired, stage.mismatch) : repaired
    return { correctness: earned, repair: repaired - earned, mismatch: allowed - repaired }
  },
}
