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
        const spent = spentUsd()
        const reserved = meanUsd * underWay
        if (spent >= maxCostUsd || spent + reserved + meanUsd > maxCostUsd) {
          throw overBudget({ maxCostUsd, spent, reserved, meanUsd, underWay })
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

interface Account {
  readonly maxCostUsd: number
  readonly spent: number
  /** For the rollouts that have begun and not ended. */
  readonly reserved: number
  readonly meanUsd: number
  readonly underWay: number
}

function overBudget({ maxCostUsd, spent, reserved, meanUsd, underWay }: Account): BatonError {
  const usd = (value: number): string => `$${value.toFixed(4)}`
  const rollouts = underWay === 1 ? '1 rollout' : `${underWay} rollouts`
  const kept = underWay === 0 ? '' : ` + ${usd(reserved)} reserved for ${rollouts} under way`
  const message =
    spent >= maxCostUsd
      ? `the budget of $${maxCostUsd} is used up: ${usd(spent)} is spent.`
      : `the budget of $${maxCostUsd} would be passed: ${usd(spent)} spent${kept} + ${usd(meanUsd)} for one more = ${usd(spent + reserved + meanUsd)}.`
  const raised = Number((2 * Math.max(maxCostUsd, spent)).toPrecision(2))
  return new BatonError(message, {
    boundary: 'engine',
    code: 'budget',
    exitCode: 4,
    hint: 'Nothing is lost. Resume with a higher training.maxCostUsd.',
    resumeWith: `--set training.maxCostUsd=${raised}`,
  })
}
