/** The tensors of a Llama-layout model: names as Hugging Face has them, shapes, order, first values. */
import type { numpy } from '@jax-js/jax'
import { randomFor } from '../../core/random.ts'
import { elementCount, float32Tensor, type HostTensor, type NamedSpec } from '../../tensor/index.ts'
import { headSizeOf, type ModelConfig } from './model-config.ts'

/** The tensors of one decoder layer; `q` to `down` are [out, in]. */
export interface LayerParameters<T> {
  readonly attentionNorm: T
  readonly q: T
  readonly k: T
  readonly v: T
  readonly o: T
  readonly mlpNorm: T
  readonly gate: T
  readonly up: T
  readonly down: T
}

export interface LlamaParameters<T> {
  /** [V, D] */
  readonly embedding: T
  readonly layers: readonly LayerParameters<T>[]
  readonly finalNorm: T
  /** [V, D]; the embedding itself where they are tied. */
  readonly head: T
}

/** All tensors in their fixed order. */
export function parameterSpecs(config: ModelConfig): NamedSpec[] {
  const { hiddenSize: width, intermediateSize: hidden, vocabularySize: vocabulary } = config
  const kvWidth = headSizeOf(config) * config.keyValueHeads
  const spec = (name: string, ...shape: number[]): NamedSpec => ({ name, dtype: 'float32', shape })
  const layers = Array.from({ length: config.layers }, (_, i) => {
    const layer = (name: string, ...shape: number[]): NamedSpec => spec(`model.layers.${i}.${name}.weight`, ...shape)
    return [
      layer('input_layernorm', width),
      layer('self_attn.q_proj', width, width),
      layer('self_attn.k_proj', kvWidth, width),
      layer('self_attn.v_proj', kvWidth, width),
      layer('self_attn.o_proj', width, width),
      layer('post_attention_layernorm', width),
      layer('mlp.gate_proj', hidden, width),
      layer('mlp.up_proj', hidden, width),
      layer('mlp.down_proj', width, hidden),
    ]
  })
  return [
    spec('model.embed_tokens.weight', vocabulary, width),
    ...layers.flat(),
    spec('model.norm.weight', width),
    ...((config.tiesEmbeddings ?? true) ? [] : [spec('lm_head.weight', vocabulary, width)]),
  ]
}

/** Number of trainable numbers. */
export function parameterCount(config: ModelConfig): number {
  return parameterSpecs(config).reduce((total, { shape }) => total + elementCount(shape), 0)
}

/** Gives the flat list its structure. The arrays are not consumed. */
export function structured(config: ModelConfig, flat: readonly numpy.Array[]): LlamaParameters<numpy.Array> {
  const must = (index: number): numpy.Array => {
    const array = flat[index]
    if (array === undefined) throw new RangeError(`the model has no tensor ${index}`)
    return array
  }
  const perLayer = 9
  const layers = Array.from({ length: config.layers }, (_, i) => {
    const offset = 1 + perLayer * i
    return {
      attentionNorm: must(offset),
      q: must(offset + 1),
      k: must(offset + 2),
      v: must(offset + 3),
      o: must(offset + 4),
      mlpNorm: must(offset + 5),
      gate: must(offset + 6),
      up: must(offset + 7),
      down: must(offset + 8),
    }
  })
  const norm = 1 + perLayer * config.layers
  return {
    embedding: must(0),
    layers,
    finalNorm: must(norm),
    head: (config.tiesEmbeddings ?? true) ? must(0) : must(norm + 1),
  }
}

/**
 * Random first values: normal with deviation 0.02 for the embedding, 1/sqrt(in) for the matrices, divided by
 * sqrt(2 * layers) where they write into the residual stream; norm gains are 1.
 */
export function randomParameters(config: ModelConfig, seed: number): HostTensor[] {
  return parameterSpecs(config).map(({ name, shape }) => {
    const data = new Float32Array(elementCount(shape))
    if (shape.length === 1) return float32Tensor(data.fill(1), shape)
    const rng = randomFor(seed, 'initial-weights', name)
    const isEmbedding = name.includes('embed_tokens') || name.includes('lm_head')
    const isResidual = name.includes('o_proj') || name.includes('down_proj')
    const deviation = isEmbedding ? 0.02 : 1 / Math.sqrt(shape[1] as number)
    const scale = isResidual ? deviation / Math.sqrt(2 * config.layers) : deviation
    for (let i = 0; i < data.length; i++) data[i] = scale * rng.normal()
    return float32Tensor(data, shape)
  })
}
