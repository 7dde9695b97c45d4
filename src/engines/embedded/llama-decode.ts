/**
 * The decoder one token at a time: a pass over the prompts that fills the key-value cache, and a step over one new token
 * a row. The cache is an input that the graph only reads; the new keys and values come out and the caller writes them.
 */
import type { numpy } from '@jax-js/jax'
import type { ModelConfig } from '../../models/index.ts'
import {
  blockedLinear,
  cachedAttention,
  type Jax,
  rmsNorm,
  rotate,
  type TensorFunction,
  type TensorSpec,
} from '../../tensor/index.ts'
import { feedForward, hiddenStates, type KeyValues, queryKeyValue } from './llama.ts'
import { type LlamaParameters, parameterSpecs, structured } from './parameters.ts'

type Array_ = numpy.Array

export interface CacheShape {
  /** Rows B. */
  readonly rows: number
  /** Cached positions T of each, unused ones included. */
  readonly length: number
}

/**
 * The next-token distribution at a temperature, in two forms that sampling needs.
 * @param states [B, D] before the final norm; consumed. @param inverseTemperature scalar; consumed.
 * @returns log-probs [B, V] and unnormalised probabilities [B, V], the largest of each row 1.
 */
function distribution(
  jax: Jax,
  config: ModelConfig,
  {
    parameters,
    states,
    inverseTemperature,
  }: { readonly parameters: LlamaParameters<Array_>; readonly states: Array_; readonly inverseTemperature: Array_ },
): [Array_, Array_] {
  const { numpy: np } = jax
  const normed = rmsNorm(jax, states, { gain: parameters.finalNorm.ref, epsilon: config.normEpsilon })
  const logits = blockedLinear(jax, normed, parameters.head.ref).mul(inverseTemperature)
  const shifted = logits.ref.sub(np.max(logits, -1, { keepdims: true }))
  const weights = np.exp(shifted.ref)
  const logTotal = np.log(np.sum(weights.ref, -1, { keepdims: true }))
  return [shifted.sub(logTotal), weights]
}

/** Inputs of `prefillFunction`: parameters, tokens [B, T], one-hot rows of the last real position [B, T], 1/temperature. */
export function prefillInputs(config: ModelConfig, { rows, length }: CacheShape): TensorSpec[] {
  return [
    ...parameterSpecs(config),
    { dtype: 'int32', shape: [rows, length] },
    { dtype: 'float32', shape: [rows, length] },
    { dtype: 'float32', shape: [] },
  ]
}

/**
 * The distribution after each prompt, then k and v of every layer in turn, [B, K, T, size] each.
 * @param headRows rows of the distribution, at least B; those without a prompt are of zeros.
 */
export function prefillFunction(jax: Jax, config: ModelConfig, headRows: number): TensorFunction {
  return (...inputs) => {
    const [tokens, last, inverseTemperature] = inputs.splice(-3) as [Array_, Array_, Array_]
    const [rows, length] = tokens.shape as [number, number]
    const parameters = structured(config, inputs)
    const collect: KeyValues = []
    const hidden = hiddenStates(jax, config, { parameters, tokens, collect })
    const ends = jax.numpy.matmul(last.reshape([rows, 1, length]), hidden).reshape([rows, config.hiddenSize])
    const states =
      headRows === rows
        ? ends
        : jax.numpy.pad(ends, [
            [0, headRows - rows],
            [0, 0],
          ])
    const next = distribution(jax, config, { parameters, states, inverseTemperature })
    return [...next, ...collect.flatMap(({ k, v }) => [k, v])]
  }
}

/**
 * Inputs of `decodeFunction`: parameters, k and v of every layer in turn, tokens [B], cos and sin of their positions
 * [B, size / 2], mask [B, T] (0 where the cache is filled), 1/temperature.
 */
export function decodeInputs(config: ModelConfig, { rows, length }: CacheShape): TensorSpec[] {
  const size = config.headSize
  const cache: TensorSpec = { dtype: 'float32', shape: [rows, config.keyValueHeads, length, size] }
  return [
    ...parameterSpecs(config),
    ...Array.from({ length: 2 * config.layers }, () => cache),
    { dtype: 'int32', shape: [rows] },
    { dtype: 'float32', shape: [rows, size / 2] },
    { dtype: 'float32', shape: [rows, size / 2] },
    { dtype: 'float32', shape: [rows, length] },
    { dtype: 'float32', shape: [] },
  ]
}

/** The distribution after the new tokens, then their k and v of every layer in turn, [B, K, 1, size] each. */
export function decodeFunction(jax: Jax, config: ModelConfig): TensorFunction {
  return (...inputs) => {
    const [tokens, cos, sin, mask, inverseTemperature] = inputs.splice(-5) as [Array_, Array_, Array_, Array_, Array_]
    const caches = inputs.splice(-2 * config.layers)
    const rows = tokens.shape[0] as number
    const parameters = structured(config, inputs)
    const keyHeads = config.keyValueHeads
    const size = config.headSize
    const angle = (table: Array_): Array_ => table.ref.reshape([rows, 1, size / 2])
    const collected: Array_[] = []
    let x = parameters.embedding.ref.slice(tokens)
    parameters.layers.forEach((layer, i) => {
      const normed = rmsNorm(jax, x.ref, { gain: layer.attentionNorm.ref, epsilon: config.normEpsilon })
      const { q, k, v } = queryKeyValue(jax, config, { layer, x: normed, project: blockedLinear })
      const turned = (array: Array_): Array_ => rotate(jax, array, angle(cos), angle(sin))
      const own = { k: turned(k).reshape([rows, keyHeads, 1, size]), v: v.reshape([rows, keyHeads, 1, size]) }
      collected.push(own.k.ref, own.v.ref)
      const grouped = turned(q).reshape([rows, keyHeads, config.heads / keyHeads, size])
      const cache = { k: caches[2 * i] as Array_, v: caches[2 * i + 1] as Array_, mask: mask.ref }
      const attended = cachedAttention(jax, grouped, { own, cache }).reshape([rows, config.hiddenSize])
      x = x.add(blockedLinear(jax, attended, layer.o.ref))
      x = x.add(feedForward(jax, config, { layer, x: x.ref, project: blockedLinear }))
    })
    return [...distribution(jax, config, { parameters, states: x, inverseTemperature }), ...collected]
  }
}
