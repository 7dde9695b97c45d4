/**
 * Policy losses over a ragged batch of sequences, with the gradient for every token's log-prob: what an engine
 * back-propagates. Names mean what the library that coined them means (TRL; `cispo_verl`, `gmpo` and `seq_mean_token_*`:
 * verl); formulas and measured values are in docs/losses.md. Advantages, old log-probs, importance weights and CISPO's
 * ratio are constants to the gradient. Leaves out: entropy bonus, value loss.
 */
import { tokenWeight } from './aggregation.ts'
import { BatonError } from './failure.ts'
import { importanceWeights } from './importance.ts'
import { klTerm } from './kl.ts'
import { type LiveTokens, sequenceObjective } from './objectives.ts'
import { createLossMetrics } from './policy-loss-metrics.ts'
import type { PolicyLossOptions, PolicyLossResult, PolicyLossSequence } from './policy-loss-types.ts'
import { totalOf } from './ratio.ts'

export type { PolicyLossOptions, PolicyLossResult, PolicyLossSequence } from './policy-loss-types.ts'

/**
 * @param sequences shape [B] of ragged [T_i]; at least one live token in all.
 * @returns the loss, its derivative for every log-prob, and metrics. Sequences without a live token contribute 0 but count in B.
 * @throws BatonError for options that contradict each other; RangeError for empty batches and arrays of unequal length.
 */
export function policyLoss(options: PolicyLossOptions, sequences: readonly PolicyLossSequence[]): PolicyLossResult {
  checkPolicyLossOptions(options)
  const live = sequences.map(livePositions)
  const tokens = live.reduce((sum, positions) => sum + positions.length, 0)
  if (tokens === 0) throw new RangeError('a policy loss needs at least one sequence with a token that is learned from')
  const batch = { sequences: sequences.length, tokens, maxCompletionLength: options.maxCompletionLength }
  const metrics = createLossMetrics(options)

  let loss = 0
  const gradients = sequences.map((sequence, i) => {
    const positions = live[i] as number[]
    const gradient = new Float64Array(sequence.logprobs.length)
    if (positions.length === 0) return gradient
    const weight = tokenWeight(options.loss, positions.length, batch)
    const current = liveTokens(options, sequence, positions)
    const isKept = !isOffPolicy(options, current)
    const objective = sequenceObjective(options, current)
    metrics.add(objective, current, sequence, positions)
    if (isKept) loss += weight * objective.total
    positions.forEach((position, t) => {
      let slope = isKept ? (objective.gradient[t] as number) : 0
      if (options.klCoefficient > 0) {
        const kl = klTerm(options.klEstimator, current.logprobs[t] as number, referenceAt(sequence, position))
        loss += weight * options.klCoefficient * kl.value
        slope += options.klCoefficient * kl.slope
      }
      gradient[position] = weight * slope
    })
    return gradient
  })
  return { loss, gradients, metrics: metrics.result() }
}

/** @throws BatonError when an option has no meaning with the others. */
export function checkPolicyLossOptions(options: PolicyLossOptions): void {
  const reject = (message: string, hint: string): never => {
    throw new BatonError(message, { boundary: 'config', code: 'policy-loss', hint })
  }
  const { loss, clipHigh, twoSidedDelta, dualClip } = options
  if (loss === 'cispo' && clipHigh < 1) {
    reject(
      `loss cispo reads clipHigh as the largest probability ratio, so it must be at least 1 (got ${clipHigh}).`,
      'Set clipHigh: 5, or use cispo_verl, whose clipHigh is a distance from 1.',
    )
  }
  if (loss !== 'cispo' && twoSidedDelta !== null && twoSidedDelta <= 1 + clipHigh) {
    reject(
      `twoSidedDelta must be above 1 + clipHigh = ${1 + clipHigh} (got ${twoSidedDelta}).`,
      'Set twoSidedDelta: 4, or null to turn it off.',
    )
  }
  if (dualClip !== null && dualClip <= 1) {
    reject(`dualClip must be above 1 (got ${dualClip}).`, 'Set dualClip: 3, or null to turn it off.')
  }
}

/** Indices of the tokens that are learned from. */
function livePositions({
  logprobs,
  oldLogprobs,
  referenceLogprobs,
  samplerLogprobs,
  advantage,
  mask,
}: PolicyLossSequence): number[] {
  if (!Number.isFinite(advantage)) throw new RangeError(`an advantage must be finite (got ${advantage})`)
  for (const other of [oldLogprobs, referenceLogprobs, samplerLogprobs, mask]) {
    if (other !== undefined && other.length !== logprobs.length) {
      throw new RangeError(`arrays of one sequence differ in length: ${other.length} and ${logprobs.length} tokens`)
    }
  }
  const positions: number[] = []
  for (let t = 0; t < logprobs.length; t++) if (mask === undefined || mask[t] !== 0) positions.push(t)
  return positions
}

function liveTokens(
  options: PolicyLossOptions,
  sequence: PolicyLossSequence,
  positions: readonly number[],
): LiveTokens {
  const { oldLogprobs, samplerLogprobs } = sequence
  const logprobs = Float64Array.from(positions, (t) => sequence.logprobs[t] as number)
  const logRatios = logprobs.map((value, t) => value - (oldLogprobs[positions[t] as number] as number))
  const weights =
    options.importance === null || samplerLogprobs === undefined
      ? new Float64Array(positions.length).fill(1)
      : importanceWeights(
          options.importance,
          positions.map((t) => (oldLogprobs[t] as number) - (samplerLogprobs[t] as number)),
        )
  return { logprobs, logRatios, weights, advantage: sequence.advantage }
}

function isOffPolicy({ offPolicyLimit }: PolicyLossOptions, { advantage, logRatios }: LiveTokens): boolean {
  if (offPolicyLimit === null) return false
  return advantage < 0 && -totalOf(logRatios) / logRatios.length > offPolicyLimit
}

function referenceAt({ referenceLogprobs }: PolicyLossSequence, position: number): number {
  if (referenceLogprobs === undefined) throw new RangeError('klCoefficient above 0 needs referenceLogprobs')
  return referenceLogprobs[position] as number
}
