/**
 * A layer over one new position a row. Rows of one prompt share its keys and values; each has its own of what it has
 * written. Both are inputs that the graph only reads; the new keys and values come out and the caller writes them.
 */
import type { numpy } from '@jax-js/jax'
import type { ModelConfig } from '../../models/index.ts'
import { type InputSpec, type Jax, softmax, type TensorFunction, type TensorSpec } from '../../tensor/index.ts'
import type { LoraOptions } from './adapter.ts'
import { type LayerForm, layerAdapterSpecs, layerTensorCount, structuredAdapter, structuredLayer } from './graphs.ts'
import { decoderLayer, type Heads } from './layer.ts'

type Array_ = numpy.Array

/** Rows are U prompts times R completions of each. */
export interface DecodeShape {
  readonly prompts: number
  readonly completions: number
  /** Cached positions P of a prompt, unused ones included. */
  readonly promptLength: number
  /** Cached positions T of a completion, unused ones included. */
  readonly length: number
}

interface Caches {
  readonly promptKeys: Array_
  readonly promptValues: Array_
  readonly promptMask: Array_
  readonly keys: Array_
  readonly values: Array_
  readonly mask: Array_
}

/**
 * Inputs of `decodeLayerFunction`: x [U * R, D], cos and sin [U * R, size / 2], the prompts' keys and values
 * [U, K, P, size] with a mask [U * R, P], the completions' [U * R, K, T, size] with a mask [U * R, T], base, adapter.
 */
export function decodeLayerInputs(
  config: ModelConfig,
  { prompts, completions, promptLength, length }: DecodeShape,
  { base, lora }: LayerForm,
): InputSpec[] {
  const f32 = (...shape: number[]): TensorSpec => ({ dtype: 'float32', shape })
  const { keyValueHeads: heads, headSize: size } = config
  const rows = prompts * completions
  const [angles, ofPrompts, own] = [
    f32(rows, size / 2),
    f32(prompts, heads, promptLength, size),
    f32(rows, heads, length, size),
  ]
  return [
    f32(rows, config.hiddenSize),
    ...[angles, angles],
    ...[ofPrompts, ofPrompts, f32(rows, promptLength)],
    ...[own, own, f32(rows, length)],
    ...base,
    ...layerAdapterSpecs(config, lora),
  ]
}

/** @returns the layer's output [U * R, D], and the new keys and values, [U * R, K, size] each. */
export function decodeLayerFunction(jax: Jax, config: ModelConfig, lora: LoraOptions | null): TensorFunction {
  return (...inputs) => {
    const [x, cos, sin, promptKeys, promptValues, promptMask, keys, values, mask] = inputs as Array_[] as [
      Array_,
      Array_,
      Array_,
      Array_,
      Array_,
      Array_,
      Array_,
      Array_,
      Array_,
    ]
    const end = 9 + layerTensorCount(config)
    const collect: Array_[] = []
    const caches = { promptKeys, promptValues, promptMask, keys, values, mask }
    const y = decoderLayer(jax, config, {
      x,
      cos,
      sin,
      weights: structuredLayer(config, inputs.slice(9, end)),
      adapter: structuredAdapter(lora, inputs.slice(end)),
      attend: (heads) => {
        collect.push(heads.k.ref, heads.v.ref)
        return attendCached(jax, config, heads, caches)
      },
    })
    return [y, ...collect]
  }
}

/** Softmax over the prompt, what was written and the new position itself. */
function attendCached(jax: Jax, config: ModelConfig, { q, k, v }: Heads, caches: Caches): Array_ {
  const { numpy: np } = jax
  const { heads, keyValueHeads: keyHeads, headSize: size, attentionSoftcap: cap } = config
  const [prompts, , promptLength] = caches.promptKeys.shape as [number, number, number]
  const [rows, , length] = caches.keys.shape as [number, number, number]
  const completions = rows / prompts
  const group = heads / keyHeads
  const bounded = (x: Array_): Array_ => (cap === null ? x : np.tanh(x.mul(1 / cap)).mul(cap))
  /** [U * R, K, G, n] as rows of each prompt's heads, [U, K, R * G, n], and back. */
  const byPrompt = (x: Array_, width: number): Array_ =>
    x
      .reshape([prompts, completions, keyHeads, group, width])
      .transpose([0, 2, 1, 3, 4])
      .reshape([prompts, keyHeads, completions * group, width])
  const byRow = (x: Array_, width: number): Array_ =>
    x
      .reshape([prompts, keyHeads, completions, group, width])
      .transpose([0, 2, 1, 3, 4])
      .reshape([rows, keyHeads, group, width])
  const grouped = q.reshape([rows, keyHeads, group, size])
  const turned = (x: Array_): Array_ => x.transpose([0, 1, 3, 2])
  const ofPrompt = byRow(np.matmul(byPrompt(grouped.ref, size), turned(caches.promptKeys)), promptLength)
  const ofOwn = np.matmul(grouped.ref, turned(caches.keys))
  const ofSelf = np.sum(grouped.mul(k.reshape([rows, keyHeads, 1, size])), -1, { keepdims: true })
  const scores = np.concatenate(
    [
      bounded(ofPrompt).add(caches.promptMask.reshape([rows, 1, 1, promptLength])),
      bounded(ofOwn).add(caches.mask.reshape([rows, 1, 1, length])),
      bounded(ofSelf),
    ],
    -1,
  )
  const [promptWeights, ownWeights, selfWeight] = np.split(
    softmax(jax, scores),
    [promptLength, promptLength + length],
    -1,
  ) as [Array_, Array_, Array_]
  return byRow(np.matmul(byPrompt(promptWeights, promptLength), caches.promptValues), size)
    .add(np.matmul(ownWeights, caches.values))
    .add(selfWeight.mul(v.reshape([rows, keyHeads, 1, size])))
    .reshape([rows, heads * size])
}
