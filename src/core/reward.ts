/** Verdicts and rewards: a number with named parts, or no number at all. */

export type Verdict = 'true' | 'false' | 'unscorable'

/** A named contribution; the parts of a reward add up to its value. */
export interface RewardPart {
  readonly name: string
  readonly value: number
  /** What the part's own value was multiplied by to give `value`. Absent: 1. */
  readonly weight?: number
}

export type Score =
  | {
      readonly kind: 'scored'
      /** Sum of `parts`, clamped to the preset's range (-10 to 10 by default); clamping is itself a part named `clamp`. */
      readonly reward: number
      readonly parts: readonly RewardPart[]
      /** True when the prediction was judged right and the rollout earned it (never for a fallback). */
      readonly isCorrect: boolean
      readonly verdict: 'true' | 'false'
      readonly reason: string
    }
  | {
      /** Nobody could say: the rollout is left out of means and gets no advantage. Never a reward of 0. */
      readonly kind: 'unscorable'
      readonly reason: string
    }
