/**
 * What each policy loss asks of one sequence, before aggregation and without the KL term. Token objectives see one
 * ratio a token; sequence objectives see one ratio for the whole completion and spread it evenly over its tokens.
 * Where a library stops the gradient (CISPO, VESPO), the derivative given here is that of log pi alone.
 */
import { clippedSurrogate } from './clipped-surrogate.ts'
import type { PolicyLossOptions } from './policy-loss-types.ts'
import { ratioOf, totalOf } from './ratio.ts'

/** The live tokens of one sequence; every array has their number. */
export interface LiveTokens {
  readonly logprobs: Float64Array
  /** log policy - log old policy. */
  readonly logRatios: Float64Array
  /** Importance weights, constants to the gradient. */
  readonly weights: Float64Array
  readonly advantage: number
}

export interface Objective {
  /** Sum of weight times loss over the tokens. */
  readonly total: number
  /** d total / d logprob of each token. */
  readonly gradient: Float64Array
  /** Units (tokens, or 1 for the sequence) whose ratio is outside the clip region on the side that matters. */
  readonly low: number
  readonly high: number
  readonly units: number
}

export function sequenceObjective(options: PolicyLossOptions, tokens: LiveTokens): Objective {
  switch (options.loss) {
    case 'grpo':
    case 'bnpo':
    case 'dapo':
    case 'dr_grpo':
    case 'seq_mean_token_sum':
    case 'seq_mean_token_sum_norm':
      return perToken(tokens, (t) => {
        const ratio = ratioOf(tokens.logRatios[t] as number)
        const term = clippedSurrogate(options, ratio.value, tokens.advantage)
        return { ...term, slope: term.slope * ratio.slope }
      })
    case 'cispo':
      return stoppedRatio(tokens, 0, options.clipHigh)
    case 'cispo_verl':
      return stoppedRatio(tokens, 1 - options.clipLow, 1 + options.clipHigh)
    case 'sapo':
      return perToken(tokens, (t) => softGate(tokens.logRatios[t] as number, tokens.advantage))
    case 'gspo':
    case 'luspo':
      return clippedSequence(options, tokens, { reach: 1 / Math.max(1, tokens.logRatios.length), share: 1 })
    case 'rloo':
      return clippedSequence(options, tokens, { reach: 1, share: 1 / Math.max(1, tokens.logRatios.length) })
    case 'gmpo':
      return geometricMean(options, tokens)
    case 'vespo':
      return variationalWeight(tokens)
    default:
      return options.loss satisfies never
  }
}

interface TokenTerm {
  readonly value: number
  /** d value / d logprob. */
  readonly slope: number
  readonly isLowClipped: boolean
  readonly isHighClipped: boolean
}

function perToken({ weights }: LiveTokens, termOf: (token: number) => TokenTerm): Objective {
  const gradient = new Float64Array(weights.length)
  let [total, low, high] = [0, 0, 0]
  weights.forEach((weight, t) => {
    const term = termOf(t)
    total += weight * term.value
    gradient[t] = weight * term.slope
    if (term.isLowClipped) low += 1
    if (term.isHighClipped) high += 1
  })
  return { total, gradient, low, high, units: weights.length }
}

/** CISPO (arXiv:2506.13585): REINFORCE with a bounded ratio as a constant weight; no token loses its gradient. */
function stoppedRatio(tokens: LiveTokens, low: number, high: number): Objective {
  const { logprobs, logRatios, advantage } = tokens
  return perToken(tokens, (t) => {
    const ratio = ratioOf(logRatios[t] as number).value
    const slope = -Math.min(Math.max(ratio, low), high) * advantage
    return {
      value: slope * (logprobs[t] as number),
      slope,
      isLowClipped: ratio < low && advantage < 0,
      isHighClipped: ratio > high && advantage > 0,
    }
  })
}

/** SAPO (arXiv:2511.20347): a sigmoid gate in place of the clip, a little steeper for negative advantages. */
function softGate(logRatio: number, advantage: number): TokenTerm {
  const temperature = advantage > 0 ? 1 : 1.05
  const ratio = ratioOf(logRatio)
  const gate = 1 / (1 + Math.exp(-temperature * (ratio.value - 1)))
  return {
    value: (-4 / temperature) * gate * advantage,
    slope: -4 * gate * (1 - gate) * ratio.slope * advantage,
    isLowClipped: false,
    isHighClipped: false,
  }
}

/**
 * The clipped surrogate of one ratio for the sequence.
 * @param reach how much of each token's log-ratio enters: 1/T for the geometric mean (GSPO, arXiv:2507.18071; LUSPO),
 *   1 for the product (RLOO, arXiv:2402.14740).
 * @param share how much of the loss each token carries: 1, or 1/T where the total is to be the sequence's loss once.
 */
function clippedSequence(
  options: PolicyLossOptions,
  tokens: LiveTokens,
  { reach, share }: { readonly reach: number; readonly share: number },
): Objective {
  const ratio = ratioOf(totalOf(tokens.logRatios) * reach)
  const term = clippedSurrogate(options, ratio.value, tokens.advantage)
  const weight = totalOf(tokens.weights) * share
  return {
    total: weight * term.value,
    gradient: new Float64Array(tokens.logRatios.length).fill(weight * term.slope * ratio.slope * reach),
    low: term.isLowClipped ? 1 : 0,
    high: term.isHighClipped ? 1 : 0,
    units: 1,
  }
}

/** GMPO (arXiv:2507.20673) as verl has it: each token's log-ratio is held to [-clipLow, clipHigh], then the geometric mean. */
function geometricMean(options: PolicyLossOptions, { logRatios, weights, advantage }: LiveTokens): Objective {
  const length = Math.max(1, logRatios.length)
  const isLow = logRatios.map((x) => (advantage < 0 && x < -options.clipLow ? 1 : 0))
  const isHigh = logRatios.map((x) => (advantage > 0 && x > options.clipHigh ? 1 : 0))
  const held = logRatios.map((x, t) => (isLow[t] ? -options.clipLow : isHigh[t] ? options.clipHigh : x))
  const ratio = ratioOf(totalOf(held) / length)
  const weight = (-totalOf(weights) / length) * advantage
  return {
    total: weight * ratio.value,
    gradient: held.map((_, t) => (isLow[t] || isHigh[t] ? 0 : (weight * ratio.slope) / length)),
    low: totalOf(isLow),
    high: totalOf(isHigh),
    units: logRatios.length,
  }
}

/** VESPO as TRL has it: phi(w) = e^(lambda + k ln w - lambda w) of the sequence's ratio w, a constant weight of log pi. */
function variationalWeight(tokens: LiveTokens): Objective {
  const { logprobs, logRatios, advantage } = tokens
  const [power, decay] = advantage >= 0 ? [2, 3] : [3, 2]
  const clamped = logRatios.map((x) => Math.min(Math.max(x, -20), 20))
  const logWeight = Math.min(Math.max(totalOf(clamped), Math.log(1e-8)), 20)
  const slope = -Math.exp(decay + power * logWeight - decay * Math.exp(logWeight)) * advantage
  return perToken(tokens, (t) => ({
    value: slope * (logprobs[t] as number),
    slope,
    isLowClipped: false,
    isHighClipped: false,
  }))
}
