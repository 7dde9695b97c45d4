/** The judge alone: +10 right, -5 wrong, -10 where nothing ran. The answer of a fallback earns what nothing earns. */
import { hasOwnAnswer } from './closeness.ts'
import type { PartsPreset } from './reward-composition.ts'

export const seedsJudge: PartsPreset = {
  name: 'seeds-judge',
  decidedBy: 'judge',
  parts: { correctness: { range: [-5, 10], weight: 1 }, execution: { range: [-10, 0], weight: 1 } },
  values: (input) => {
    if (input.outcome === 'answered' && !input.usedFallback)
      return { correctness: input.verdict === 'true' && hasOwnAnswer(input) ? 10 : -5 }
    return { execution: -10 }
  },
}
