/** The dollars a run may spend. Counts across resumes; stops before the limit would be passed. */
import { BatonError } from '../core/failure.ts'

export interface Budget {
  readonly spentUsd: number
  assertRoom(): void
  add(costUsd: number): void
}

/**
 * @param maxCostUsd null for no limit.
 * @param alreadySpentUsd what earlier attempts of the run have spent.
 */
export function createBudget(maxCostUsd: number | null, alreadySpentUsd: number): Budget {
  let spentUsd = alreadySpentUsd
  let started = 0
  let finished = 0
  let meanCostUsd = 0
  return {
    get spentUsd() {
      return spentUsd
    },
    assertRoom() {
      // What is under way has been let in but not paid for yet: it counts at the mean cost seen so far.
      const expectedUsd = spentUsd + meanCostUsd * (started - finished + 1)
      if (maxCostUsd !== null && expectedUsd > maxCostUsd) {
        throw new BatonError(
          `the budget of $${maxCostUsd} would be passed: $${spentUsd.toFixed(4)} is spent and a rollout costs about $${meanCostUsd.toFixed(4)}.`,
          {
            boundary: 'engine',
            code: 'budget',
            exitCode: 4,
            hint: 'Nothing is lost. Resume with a higher training.maxCostUsd.',
          },
        )
      }
      started += 1
    },
    add(costUsd) {
      spentUsd += costUsd
      finished += 1
      meanCostUsd += (costUsd - meanCostUsd) / finished
    },
  }
}
