/**
 * What each outcome is worth, as data. In every preset a program that cannot run earns the least there is, so that it
 * never beats a valid program with a wrong answer; a fallback earns the same.
 */

export interface RewardPreset {
  readonly correct: number
  readonly wrong: number
  /** Added once when a rule with a penalty was broken. */
  readonly violation: number
  /** Instead of right or wrong, when the completion could not be read or its program not run. */
  readonly executionFailure: number
  /** Instead of right or wrong, when the fallback workflow answered. */
  readonly fallback: number
  /** Added for a repair of weight 1. */
  readonly repair: number
  /** Reward points, at least 0, taken for each call of the program's operators to the executor. */
  readonly callPrice: number
  /** Lowest and highest reward. */
  readonly range: readonly [lowest: number, highest: number]
}

export type RewardPresetName = 'standard' | 'judge-only' | 'strict'

export const rewardPresets: Readonly<Record<RewardPresetName, RewardPreset>> = {
  /** Right +10 and wrong -5 as in the seeds; -5 for a broken rule. */
  standard: {
    correct: 10,
    wrong: -5,
    violation: -5,
    executionFailure: -10,
    fallback: -10,
    repair: -0.5,
    callPrice: 0,
    range: [-10, 10],
  },
  /** The verdict and nothing else. */
  'judge-only': {
    correct: 10,
    wrong: -5,
    violation: 0,
    executionFailure: -10,
    fallback: -10,
    repair: 0,
    callPrice: 0,
    range: [-10, 10],
  },
  /** A repair costs as much as it does in the seeds' detailed scheme (signature -3): policies that should need none. */
  strict: {
    correct: 10,
    wrong: -5,
    violation: -5,
    executionFailure: -10,
    fallback: -10,
    repair: -3,
    callPrice: 0,
    range: [-10, 10],
  },
}
