/**
 * Policy losses over ragged sequences, with their exact gradients in the log-probs. The engine carries the gradients
 * on into the weights; nothing here knows a model. Names and meanings are those of TRL and verl (`docs/losses.md`).
 * A loss is a surrogate of a probability ratio (of a token, or of a sequence) times a weight that says who is averaged
 * over what. Losses that need the whole distribution (entropy bonus, distillation) are left out.
 */
import { BatonError } from './failure.ts'
import { type ImportanceOptions, importanceWeights } from './importance.ts'
import { type KlEstimator, tokenKl } from './kl.ts'
import { type ClipOptions, cispoSurrogate, clippedSurrogate, type Surrogate, sapoSurrogate } from './surrogates.ts'

export interface PolicyLossOptions extends ClipOptions {
  readonly loss:
    | 'grpo'
    | 'bnpo'
    | 'dapo'
    | 'dr_grpo'
    | 'gspo'
    | 'cispo'
    | 'cispo_verl'
    | 'rloo'
    | 'seq_mean_token_sum'
    | 'seq_mean_token_sum_norm'
    | 'sapo'
    | 'gmpo'
    | 'luspo'
  /** Tokens; the constant that `dr_grpo` and `seq_mean_token_sum_norm` divide by. */
  readonly maxCompletionLength: number
  /** Weight of the KL term, added to each token's loss before averaging; 0 is off. */
  readonly klCoefficient: number
  readonly klEstimator: KlEstimator
  readonly importance: ImportanceOptions | null
}

/** One completion. All lists have its length T; natural logs. */
export interface PolicyLossSequence {
  /** Under the policy that is trained, at its current weights. */
  readonly logprobs: ArrayLike<number>
  /** Under the policy as it was when the completion was sampled, by the trainer. */
  readonly oldLogprobs: ArrayLike<number>
  readonly referenceLogprobs?: ArrayLike<number>
  /** As the sampler reported them; wanted by `importance` alone. */
  readonly samplerLogprobs?: ArrayLike<number>
  /** Of every token of the completion. */
  readonly advantage: number
  /** 1 for tokens that count, 0 for the others; absent: all count. */
  readonly mask?: ArrayLike<number>
}

export interface PolicyLoss {
  readonly loss: number
  /** d loss / d logprob of every token, one [T] a sequence. What a loss treats as constant is constant here. */
  readonly gradients: Float64Array[]
  /** By TRL's names: `clip_ratio/low_mean`, `clip_ratio/high_mean`, `clip_ratio/region_mean`, `kl`, ... */
  readonly metrics: Record<string, number>
}

/**
 * @param sequences shape [B], at least one token that counts among them; their order does not matter.
 * @throws RangeError for an empty batch or lists of unequal length, BatonError for settings that contradict each other.
 */
export function policyLoss(options: PolicyLossOptions, sequences: readonly PolicyLossSequence[]): PolicyLoss {
  checkOptions(options)
  const live = sequences.map((sequence) => liveTokens(sequence))
  const lengths = live.map((tokens) => tokens.filter(Boolean).length)
  const batch: BatchShape = { sequences: sequences.length, tokens: lengths.reduce((sum, length) => sum + length, 0) }
  if (batch.tokens === 0) throw new RangeError('a policy loss needs at least one token that counts')

  const tally = createTally()
  let loss = 0
  const gradients = sequences.map((sequence, i) => {
    const isLive = live[i] as boolean[]
    const length = lengths[i] as number
    const gradient = new Float64Array(isLive.length)
    if (length === 0) return gradient
    const corrections = correctionsOf(options, sequence, isLive)
    if (corrections) tally.addWeights(corrections, isLive)
    const part = { sequence, isLive, length, corrections, gradient }
    const weight = tokenWeight(options, length, batch)
    loss += isSequenceLevel(options)
      ? addSequenceTerm(options, part, weight, tally)
      : addTokenTerms(options, part, weight, tally)
    loss += addKlTerms(options, part, options.loss === 'rloo' ? 1 / batch.sequences : weight, tally)
    return gradient
  })
  return { loss, gradients, metrics: tally.metrics(options) }
}

interface BatchShape {
  readonly sequences: number
  readonly tokens: number
}

interface SequencePart {
  readonly sequence: PolicyLossSequence
  readonly isLive: readonly boolean[]
  readonly length: number
  readonly corrections: Float64Array | null
  /** Added to in place. */
  readonly gradient: Float64Array
}

/** What the loss of one token of a sequence with `length` live tokens counts in the batch's loss. */
function tokenWeight(options: PolicyLossOptions, length: number, batch: BatchShape): number {
  switch (options.loss) {
    case 'grpo':
    case 'gspo':
    case 'gmpo':
    case 'sapo':
    case 'rloo':
      return 1 / (batch.sequences * length)
    case 'bnpo':
    case 'dapo':
    case 'cispo':
    case 'cispo_verl':
      return 1 / batch.tokens
    case 'dr_grpo':
      return 1 / (batch.sequences * options.maxCompletionLength)
    case 'luspo':
    case 'seq_mean_token_sum':
      return 1 / batch.sequences
    case 'seq_mean_token_sum_norm':
      return 1 / options.maxCompletionLength
  }
}

function isSequenceLevel({ loss }: PolicyLossOptions): boolean {
  return loss === 'gspo' || loss === 'rloo' || loss === 'luspo' || loss === 'gmpo'
}

function addTokenTerms(options: PolicyLossOptions, part: SequencePart, weight: number, tally: Tally): number {
  let total = 0
  part.isLive.forEach((counts, t) => {
    if (!counts) return
    const surrogate = tokenSurrogate(options, part.sequence, t)
    const scale = weight * (part.corrections?.[t] ?? 1)
    tally.addSurrogate(surrogate)
    total += scale * surrogate.value
    part.gradient[t] = scale * surrogate.slope
  })
  return total
}

function tokenSurrogate(options: PolicyLossOptions, sequence: PolicyLossSequence, t: number): Surrogate {
  const { advantage } = sequence
  const logprob = sequence.logprobs[t] as number
  const logRatio = logprob - (sequence.oldLogprobs[t] as number)
  switch (options.loss) {
    case 'cispo':
      return cispoSurrogate({ low: 0, high: options.clipHigh }, logRatio, logprob, advantage)
    case 'cispo_verl':
      return cispoSurrogate({ low: 1 - options.clipLow, high: 1 + options.clipHigh }, logRatio, logprob, advantage)
    case 'sapo':
      return sapoSurrogate(logRatio, advantage)
    default:
      return clippedSurrogate(options, logRatio, advantage)
  }
}

/** One ratio a sequence: every live token has the same loss, and each moves the ratio by its share. */
function addSequenceTerm(options: PolicyLossOptions, part: SequencePart, weight: number, tally: Tally): number {
  const { sequence, isLive, length, corrections, gradient } = part
  const logRatios = Array.from(isLive, (counts, t) =>
    counts ? (sequence.logprobs[t] as number) - (sequence.oldLogprobs[t] as number) : 0,
  )
  // GMPO clips in log space and token by token, so a clipped token no longer moves the sequence's ratio.
  const bounded =
    options.loss === 'gmpo' ? logRatios.map((value) => clipLog(options, value, sequence.advantage)) : logRatios
  const share = options.loss === 'rloo' ? 1 : 1 / length
  const logRatio = share * bounded.reduce((sum, value) => sum + value, 0)
  const surrogate: Surrogate =
    options.loss === 'gmpo'
      ? plainSurrogate(logRatio, sequence.advantage)
      : clippedSurrogate(options, logRatio, sequence.advantage)
  tally.addSurrogate(surrogate)
  const scale = weight * (corrections?.reduce((sum, value) => sum + value, 0) ?? length)
  isLive.forEach((counts, t) => {
    if (counts && bounded[t] === logRatios[t]) gradient[t] = scale * surrogate.slope * share
  })
  return scale * surrogate.value
}

function plainSurrogate(logRatio: number, advantage: number): Surrogate {
  const value = -Math.exp(logRatio) * advantage
  return { value, slope: value, clipped: null }
}

/** Clamp of a log-ratio to [-clipLow, clipHigh] on the side that the advantage pushes to (GMPO, arXiv:2507.20673). */
function clipLog({ clipLow, clipHigh }: ClipOptions, logRatio: number, advantage: number): number {
  if (advantage === 0) return logRatio
  return advantage > 0 ? Math.min(logRatio, clipHigh) : Math.max(logRatio, -clipLow)
}

/** KL is not corrected by importance weights, and is measured wherever a reference is given. */
function addKlTerms(options: PolicyLossOptions, part: SequencePart, weight: number, tally: Tally): number {
  const { referenceLogprobs, logprobs } = part.sequence
  if (referenceLogprobs === undefined) {
    if (options.klCoefficient === 0) return 0
    throw new RangeError('klCoefficient is not 0, and a sequence has no referenceLogprobs')
  }
  const scale = weight * options.klCoefficient
  let total = 0
  part.isLive.forEach((counts, t) => {
    if (!counts) return
    const kl = tokenKl(options.klEstimator, logprobs[t] as number, referenceLogprobs[t] as number)
    tally.addKl(kl.value)
    if (scale === 0) return
    total += scale * kl.value
    part.gradient[t] = (part.gradient[t] as number) + scale * kl.slope
  })
  return total
}

function correctionsOf(
  { importance }: PolicyLossOptions,
  { oldLogprobs, samplerLogprobs }: PolicyLossSequence,
  isLive: readonly boolean[],
): Float64Array | null {
  if (importance === null) return null
  if (samplerLogprobs === undefined) {
    throw new BatonError('the importance correction needs log-probs from both the sampler and the trainer', {
      boundary: 'config',
      code: 'importance-without-sampler',
      hint: 'Set training.loss.importance: null; the engine in use samples and trains with the same numbers.',
    })
  }
  return importanceWeights(importance, oldLogprobs, samplerLogprobs, isLive)
}

function liveTokens(sequence: PolicyLossSequence): boolean[] {
  const length = sequence.logprobs.length
  for (const name of ['oldLogprobs', 'referenceLogprobs', 'samplerLogprobs', 'mask'] as const) {
    const list = sequence[name]
    if (list !== undefined && list.length !== length) {
      throw new RangeError(`${name} must have ${length} entries, one a token (got ${list.length})`)
    }
  }
  if (!Number.isFinite(sequence.advantage)) throw new RangeError(`advantage must be finite (got ${sequence.advantage})`)
  return Array.from({ length }, (_, t) => (sequence.mask?.[t] ?? 1) !== 0)
}

function checkOptions({ loss, clipHigh, maxCompletionLength }: PolicyLossOptions): void {
  if (loss === 'cispo' && clipHigh < 1) {
    throw new BatonError(
      `training.loss.clipHigh must be >= 1 for cispo (got ${clipHigh}): it is the largest ratio itself, not a distance from 1`,
      { boundary: 'config', code: 'cispo-bound', hint: 'Set training.loss.clipHigh: 5, or use cispo_verl.' },
    )
  }
  if ((loss === 'dr_grpo' || loss === 'seq_mean_token_sum_norm') && !(maxCompletionLength > 0)) {
    throw new RangeError(`maxCompletionLength must be positive for ${loss} (got ${maxCompletionLength})`)
  }
}

interface Tally {
  addSurrogate(surrogate: Surrogate): void
  addKl(value: number): void
  addWeights(weights: Float64Array, isLive: readonly boolean[]): void
  metrics(options: PolicyLossOptions): Record<string, number>
}

/** Counts behind the metrics. Clip ratios are over tokens, or over sequences where the ratio belongs to a sequence. */
function createTally(): Tally {
  const seen = { low: 0, high: 0, ratios: 0, kl: 0, klTokens: 0 }
  const weights = { sum: 0, count: 0, min: Number.POSITIVE_INFINITY, max: 0 }
  return {
    addSurrogate: ({ clipped }) => {
      seen.ratios += 1
      if (clipped !== null) seen[clipped] += 1
    },
    addKl: (value) => {
      seen.kl += value
      seen.klTokens += 1
    },
    addWeights: (values, isLive) => {
      values.forEach((value, t) => {
        if (!isLive[t]) return
        weights.sum += value
        weights.count += 1
        weights.min = Math.min(weights.min, value)
        weights.max = Math.max(weights.max, value)
      })
    },
    metrics: (options) => ({
      ...(options.loss === 'cispo'
        ? { cispo_clip_ratio: seen.high / seen.ratios }
        : {
            'clip_ratio/low_mean': seen.low / seen.ratios,
            'clip_ratio/high_mean': seen.high / seen.ratios,
            'clip_ratio/region_mean': (seen.low + seen.high) / seen.ratios,
          }),
      ...(seen.klTokens === 0 ? {} : { kl: seen.kl / seen.klTokens }),
      ...(weights.count === 0
        ? {}
        : {
            'sampling/importance_sampling_ratio/mean': weights.sum / weights.count,
            'sampling/importance_sampling_ratio/min': weights.min,
            'sampling/importance_sampling_ratio/max': weights.max,
          }),
    }),
  }
}
