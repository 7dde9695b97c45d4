/**
 * The losses that the Tinker protocol knows by name, token by token, each with its derivative for the token's log-prob.
 * They are summed, not averaged: normalisation is the client's, by scaling advantages or weights. r is the probability
 * ratio to the sampler. Formulas: docs/serve.md. Leaves out KL terms, values and anything over whole sequences.
 */

export const tokenLossNames = ['cross_entropy', 'importance_sampling', 'ppo', 'cispo', 'dro'] as const
export type TokenLossName = (typeof tokenLossNames)[number]

/** Bounds of the probability ratio. */
export interface RatioBounds {
  readonly low: number
  readonly high: number
}

export interface TokenLossOptions {
  /** Of `ppo` and `cispo`. */
  readonly bounds: RatioBounds
  /** Of `dro`: weight of the squared distance to the sampler's log-prob. */
  readonly beta: number
}

export interface LossToken {
  readonly logprob: number
  /** Under the policy that sampled. */
  readonly samplerLogprob: number
  readonly advantage: number
}

export interface TokenLoss {
  readonly value: number
  /** dvalue / dlogprob. */
  readonly slope: number
}

/** All but `cross_entropy`, whose slope is minus the token's weight. */
export function tokenLoss(
  name: Exclude<TokenLossName, 'cross_entropy'>,
  { bounds, beta }: TokenLossOptions,
  { logprob, samplerLogprob, advantage }: LossToken,
): TokenLoss {
  const distance = logprob - samplerLogprob
  const ratio = Math.exp(distance)
  const clipped = Math.min(Math.max(ratio, bounds.low), bounds.high)
  switch (name) {
    case 'importance_sampling':
      return { value: -ratio * advantage, slope: -ratio * advantage }
    case 'ppo': {
      const isClipped = clipped * advantage < ratio * advantage
      return isClipped
        ? { value: -clipped * advantage, slope: 0 }
        : { value: -ratio * advantage, slope: -ratio * advantage }
    }
    case 'cispo':
      return { value: -clipped * logprob * advantage, slope: -clipped * advantage }
    case 'dro':
      return {
        value: -(logprob * advantage - 0.5 * beta * distance ** 2),
        slope: -(advantage - beta * distance),
      }
    default:
      return name satisfies never
  }
}
