/**
 * Advantages of rollouts from their rewards, relative to the group of rollouts of the same problem, each with how it came
 * about. Source: GRPO, arXiv:2402.03300; `none` is the Dr. GRPO form, arXiv:2503.20783; `rloo`, arXiv:2402.14740. Leaves
 * out: value networks, and verl's treatment of a group of one (its reward as the advantage, an update without a baseline).
 */
import { deviationOf, hasSpread, meanOf } from './moments.ts'

export type AdvantageScale = 'group' | 'batch' | 'none' | 'rloo'

export interface AdvantageOptions {
  /**
   * What the centred rewards are divided by: `group` the deviation of their group, `batch` the deviation of all rewards
   * of the step, `none` nothing; `rloo` centres on the mean of the other rollouts, which is G / (G - 1) times `none`.
   */
  readonly scale: AdvantageScale
  /** Added to the deviation; TRL 1e-4, verl 1e-6. */
  readonly epsilon: number
}

/** How one advantage came about: none, for a reason, or `(value - baseline) / divisor`. */
export type AdvantageDerivation =
  | {
      /**
       * `unscorable`: it has no reward. `alone`: fewer than two rollouts of the group have one. `no-spread`: all rewards
       * of the group are equal.
       */
      readonly kind: 'unscorable' | 'alone' | 'no-spread'
      readonly advantage: 0
    }
  | {
      readonly kind: 'relative'
      /** The rollout's reward. */
      readonly value: number
      readonly baseline: {
        readonly of: 'group-mean' | 'mean-of-others'
        readonly value: number
      }
      /** null: not divided. The divisor is deviation + epsilon. */
      readonly divisor: {
        readonly of: 'group-deviation' | 'step-deviation'
        readonly deviation: number
        readonly epsilon: number
      } | null
      /** As the policy is trained on it; equals the formula within rounding. */
      readonly advantage: number
    }

/**
 * Unscorable rollouts (null) are left out of mean and deviation and get 0. A group with fewer than two scorable rollouts
 * gets zeros, and so does one without spread (`hasSpread`): it carries no signal. The deviation divides by n - 1.
 * @param groups shape [P][G], rewards in any range; groups may differ in size.
 * @returns shape [P][G]; the advantages of each group sum to 0 within 1e-9 * G * (largest magnitude).
 * @throws RangeError for a reward that is not finite.
 */
export function advantageDerivations(
  groups: readonly (readonly (number | null)[])[],
  { scale, epsilon }: AdvantageOptions,
): AdvantageDerivation[][] {
  const stepDeviation = scale === 'batch' ? deviationOf(groups.flatMap(scorable)) : 0
  return groups.map((group) => {
    const rewards = scorable(group)
    if (!hasSpread(rewards)) {
      const kind = rewards.length < 2 ? 'alone' : 'no-spread'
      return group.map((reward) => ({ kind: reward === null ? 'unscorable' : kind, advantage: 0 }))
    }
    const mean = meanOf(rewards)
    const divisor = divisorOf(scale, rewards, { stepDeviation, epsilon })
    const others = rewards.length / (rewards.length - 1)
    return group.map((reward) => {
      if (reward === null) return { kind: 'unscorable', advantage: 0 }
      if (scale === 'rloo') {
        const advantage = (reward - mean) * others
        const baseline = { of: 'mean-of-others', value: reward - advantage } as const
        return { kind: 'relative', value: reward, baseline, divisor, advantage }
      }
      const factor = divisor === null ? 1 : 1 / (divisor.deviation + divisor.epsilon)
      const baseline = { of: 'group-mean', value: mean } as const
      return { kind: 'relative', value: reward, baseline, divisor, advantage: (reward - mean) * factor }
    })
  })
}

/** The advantages alone: what the policy is trained on. */
export function advantages(groups: readonly (readonly (number | null)[])[], options: AdvantageOptions): number[][] {
  return advantageDerivations(groups, options).map((group) => group.map(({ advantage }) => advantage))
}

type Divisor = Extract<AdvantageDerivation, { kind: 'relative' }>['divisor']

function divisorOf(
  scale: AdvantageScale,
  rewards: readonly number[],
  { stepDeviation, epsilon }: { readonly stepDeviation: number; readonly epsilon: number },
): Divisor {
  switch (scale) {
    case 'group':
      return { of: 'group-deviation', deviation: deviationOf(rewards), epsilon }
    case 'batch':
      return { of: 'step-deviation', deviation: stepDeviation, epsilon }
    case 'none':
    case 'rloo':
      return null
    default:
      return scale satisfies never
  }
}

function scorable(group: readonly (number | null)[]): number[] {
  const rewards = group.filter((reward) => reward !== null)
  const wrong = rewards.find((reward) => !Number.isFinite(reward))
  if (wrong !== undefined) throw new RangeError(`a reward must be finite, or null when it is unscorable (got ${wrong})`)
  return rewards
}
