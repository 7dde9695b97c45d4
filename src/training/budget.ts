/** The dollars a run may spend. Counts across resumes; stops before the limit would be passed. */
import { BatonError } from '../core/failure.ts'

export interface Budget {
  /** Throws when one more rollout, beside those under way, is expected to pass the limit. */
  assertRoom(): void
  /** One rollout that `assertRoom` let in has ended. */
  release(): void
}

/**
 * @param maxCostUsd null for no limit.
 * @param spentUsd what the run's calls have cost so far, all attempts and resumes together.
 */
export function createBudget(maxCostUsd: number | null, spentUsd: () => number): Budget {
  const spentBeforeUsd = spentUsd()
  let underWay = 0
  let ended = 0
  return {
    assertRoom() {
      if (maxCostUsd !== null) {
        const meanUsd = ended === 0 ? 0 : (spentUsd() - spentBeforeUsd) / ended
        if (spentUsd() >= maxCostUsd || spentUsd() + meanUsd * (underWay + 1) > maxCostUsd) {
          throw new BatonError(
            `the budget of $${maxCostUsd} would be passed: $${spentUsd().toFixed(4)} is spent and a rollout costs about $${meanUsd.toFixed(4)}.`,
            {
              boundary: 'engine',
              code: 'budget',
              exitCode: 4,
              hint: 'Nothing is lost. Resume with a higher training.maxCostUsd.',
            },
          )
        }
      }
      underWay += 1
    },
    release() {
      underWay -= 1
      ended += 1
    },
  }
}
