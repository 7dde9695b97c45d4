/** The parameters of a model as tensors: in a list, by their part of a layer, and their first values. */
import type { numpy } from '@jax-js/jax'
import { randomFor } from '../../core/random.ts'
import {
  type ExpectedTensor,
  expectedTensors,
  type LayerTensors,
  type ModelConfig,
  type ModelTensors,
  modelTensors,
} from '../../models/index.ts'
import { elementCount, float32Tensor, type HostTensor, type NamedSpec } from '../../tensor/index.ts'

export type LayerParameters<T> = LayerTensors<T>

/** `head` is the embedding itself where they are tied. */
export type LlamaParameters<T> = Required<ModelTensors<T>>

/** All tensors in their fixed order. */
export function parameterSpecs(config: ModelConfig): NamedSpec[] {
  return expectedTensors(config).map(({ name, shape }) => ({ name, dtype: 'float32', shape }))
}

/** Gives the flat list its structure. The arrays are not consumed. */
export function structured(config: ModelConfig, flat: readonly numpy.Array[]): LlamaParameters<numpy.Array> {
  const places = new Map(expectedTensors(config).map(({ name }, i) => [name, i]))
  const must = ({ name }: ExpectedTensor): numpy.Array => {
    const array = flat[places.get(name) ?? -1]
    if (array === undefined) throw new RangeError(`the model has no tensor ${name}`)
    return array
  }
  const { embedding, layers, finalNorm, head = embedding } = modelTensors(config)
  return {
    embedding: must(embedding),
    layers: layers.map(
      (layer) =>
        Object.fromEntries(
          Object.entries(layer).map(([part, tensor]) => [part, must(tensor as ExpectedTensor)]),
        ) as unknown as LayerParameters<numpy.Array>,
    ),
    finalNorm: must(finalNorm),
    head: must(head),
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
