/**
 * A `forward_backward` request on the embedded engine: data are read into sequences, the loss is differentiated token by
 * token, and its slopes become the weights of one backward pass. A datum whose slopes are all 0 takes no backward pass.
 */
import type { EmbeddedEngine, TokenSequence } from '../engines/index.ts'
import { type Datum, entropyMetric, type ForwardBackwardOutput, type ForwardBackwardRequest } from '../tinker/index.ts'
import { ServeError } from './serve-error.ts'
import { type RatioBounds, type TokenLossName, tokenLoss, tokenLossNames } from './token-losses.ts'

/** Where the client sends none. */
const standardBounds: Readonly<Record<'ppo' | 'cispo', RatioBounds>> = {
  ppo: { low: 0.8, high: 1.2 },
  cispo: { low: 0, high: 4 },
}

/** The data of one datum, N positions. */
interface Positions {
  /** All tokens, N + 1: the input and the last target. */
  readonly tokens: readonly number[]
  /** First position that is learned from. */
  readonly first: number
  readonly weights: ArrayLike<number>
  readonly samplerLogprobs: ArrayLike<number>
  readonly advantages: ArrayLike<number>
}

export async function runLearning(
  engine: EmbeddedEngine,
  request: ForwardBackwardRequest,
): Promise<ForwardBackwardOutput> {
  const loss = lossOf(request.loss_fn)
  const data = request.data.map((datum, i) => readDatum(datum, loss, `datum ${i}`))
  const sequences = data.map(({ tokens, first }) => split(tokens, first))
  // Their log-probs are asked for too, though nothing is learned from them.
  const before = await engine.scoreTokens(data.map(({ tokens, first }) => split(tokens.slice(0, first + 1), 0)))
  const isForward = request.forward_only === true
  const { logprobs, entropy, total } =
    loss === 'cross_entropy'
      ? await crossEntropy(engine, data, { sequences, isForward })
      : await policyLoss(engine, data, { sequences, loss, request, isForward })
  return {
    loss_fn_output_type: 'TorchLossReturn',
    loss_fn_outputs: logprobs.map((list, i) => {
      const all = joined(before.logprobs[i] as Float32Array, list)
      return { logprobs: { data: all, dtype: 'float32', shape: [all.length] } }
    }),
    metrics: { 'loss:sum': total, [entropyMetric]: entropy },
  }
}

function joined(first: Float32Array, second: Float32Array): Float32Array {
  const all = new Float32Array(first.length + second.length)
  all.set(first)
  all.set(second, first.length)
  return all
}

interface Learned {
  readonly logprobs: readonly Float32Array[]
  readonly entropy: number
  readonly total: number
}

const split = (tokens: readonly number[], first: number): TokenSequence => ({
  prompt: tokens.slice(0, first + 1),
  completion: tokens.slice(first + 1),
})

async function crossEntropy(
  engine: EmbeddedEngine,
  data: readonly Positions[],
  { sequences, isForward }: { readonly sequences: readonly TokenSequence[]; readonly isForward: boolean },
): Promise<Learned> {
  const slopes = data.map(({ weights, first }, i) => {
    return Float64Array.from((sequences[i] as TokenSequence).completion, (_, t) => {
      const weight = weights[first + t] as number
      return weight === 0 ? 0 : -weight
    })
  })
  const { logprobs, entropy } = isForward
    ? await engine.scoreTokens(sequences)
    : await backward(engine, sequences, slopes)
  let total = 0
  logprobs.forEach((list, i) => {
    for (let t = 0; t < list.length; t++) total += (slopes[i]?.[t] as number) * (list[t] as number)
  })
  return { logprobs, entropy, total }
}

interface PolicyLossContext {
  readonly loss: Exclude<TokenLossName, 'cross_entropy'>
  readonly request: ForwardBackwardRequest
  readonly isForward: boolean
}

async function policyLoss(
  engine: EmbeddedEngine,
  data: readonly Positions[],
  { sequences, loss, request, isForward }: PolicyLossContext & { readonly sequences: readonly TokenSequence[] },
): Promise<Learned> {
  const { loss_fn_config: config = {} } = request
  const standard = standardBounds[loss === 'cispo' ? 'cispo' : 'ppo']
  const bounds = {
    low: config['clip_low_threshold'] ?? standard.low,
    high: config['clip_high_threshold'] ?? standard.high,
  }
  const options = { bounds, beta: config['beta'] ?? 0.01 }
  const { logprobs, entropy } = await engine.scoreTokens(sequences)
  let total = 0
  const slopes = data.map(({ first, weights, samplerLogprobs, advantages }, i) => {
    return Float64Array.from(logprobs[i] as Float32Array, (logprob, t) => {
      const position = first + t
      const weight = weights[position] as number
      if (weight === 0) return 0
      const token = {
        logprob,
        samplerLogprob: samplerLogprobs[position] as number,
        advantage: advantages[position] as number,
      }
      const { value, slope } = tokenLoss(loss, options, token)
      total += value * weight
      return slope * weight
    })
  })
  if (!isForward) await backward(engine, sequences, slopes)
  return { logprobs, entropy, total }
}

/** One backward pass over the sequences that have a slope; the others are only scored. */
async function backward(
  engine: EmbeddedEngine,
  sequences: readonly TokenSequence[],
  slopes: readonly Float64Array[],
): Promise<{ logprobs: readonly Float32Array[]; entropy: number }> {
  const isLive = slopes.map((list) => list.some((slope) => slope !== 0))
  const pick = <T>(list: readonly T[], wanted: boolean): T[] => list.filter((_, i) => isLive[i] === wanted)
  const live = await engine.addWeightedGradients(pick(sequences, true), pick(slopes, true))
  const idle = await engine.scoreTokens(pick(sequences, false))
  const tokensOf = (wanted: boolean): number =>
    pick(sequences, wanted).reduce((sum, { completion }) => sum + completion.length, 0)
  const [liveTokens, idleTokens] = [tokensOf(true), tokensOf(false)]
  const entropy = (live.entropy * liveTokens + idle.entropy * idleTokens) / Math.max(1, liveTokens + idleTokens)
  const [liveLists, idleLists] = [[...live.logprobs], [...idle.logprobs]]
  return { entropy, logprobs: isLive.map((wanted) => (wanted ? liveLists : idleLists).shift() as Float32Array) }
}

function lossOf(name: string): TokenLossName {
  const known = tokenLossNames.find((loss) => loss === name)
  if (known === undefined) throw new ServeError(400, `loss_fn "${name}" is not one of ${tokenLossNames.join(', ')}`)
  return known
}

function readDatum({ model_input, loss_fn_inputs: inputs }: Datum, loss: TokenLossName, where: string): Positions {
  const input = model_input.chunks.flatMap((chunk) => {
    if (chunk.type !== 'encoded_text') throw new ServeError(400, `${where}: the embedded policy reads text, no images`)
    return Array.from(chunk.tokens)
  })
  const count = input.length
  if (count === 0) throw new ServeError(400, `${where}: model_input is empty`)
  const read = (name: string): ArrayLike<number> | null => {
    const tensor = inputs[name]
    if (tensor === undefined) return null
    if (tensor.sparse_crow_indices !== undefined || (tensor.shape?.length ?? 1) !== 1) {
      throw new ServeError(400, `${where}: ${name} must be dense and one-dimensional`)
    }
    if (tensor.data.length !== count) {
      throw new ServeError(400, `${where}: ${name} has ${tensor.data.length} entries, model_input ${count} tokens`)
    }
    return tensor.data
  }
  const need = (name: string): ArrayLike<number> => {
    const values = read(name)
    if (values === null) throw new ServeError(400, `${where}: loss_fn_inputs.${name} is missing`)
    return values
  }
  const targets = need('target_tokens')
  const zeros = new Float32Array(count)
  const isPolicyLoss = loss !== 'cross_entropy'
  const samplerLogprobs = isPolicyLoss ? need('logprobs') : zeros
  const advantages = isPolicyLoss ? need('advantages') : zeros
  const given = read('weights') ?? read('mask')
  const weightAt = (i: number): number => {
    if (given !== null) return given[i] as number
    return !isPolicyLoss || advantages[i] !== 0 || samplerLogprobs[i] !== 0 ? 1 : 0
  }
  const weights = Float64Array.from({ length: count }, (_, i) => weightAt(i))
  const isLearned = (i: number): boolean => {
    return weights[i] !== 0 && (loss === 'cross_entropy' || loss === 'dro' || advantages[i] !== 0)
  }
  const learned = Array.from({ length: count }, (_, i) => i).filter(isLearned)
  const misfit = learned.find((i) => i + 1 < count && targets[i] !== input[i + 1])
  if (misfit !== undefined) {
    throw new ServeError(
      400,
      `${where}: target ${misfit} (${targets[misfit]}) is not the next input token (${input[misfit + 1]})`,
    )
  }
  const tokens = [...input, targets[count - 1] as number]
  return { tokens, first: learned[0] ?? count - 1, weights, samplerLogprobs, advantages }
}
