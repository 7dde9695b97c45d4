/**
 * A pass over a batch: embedding on the host, the layers one after the other, the head over the scored rows alone. The
 * inputs of all layers are kept for the way back, nothing else.
 */
import { layerAttention, type ModelConfig, ropeFrequencies } from '../../models/index.ts'
import {
  type CompiledFunction,
  type DeviceTensor,
  float32Tensor,
  type InputSpec,
  type InputTensor,
  int32Tensor,
  maskedScore,
  rotaryTable,
  type TensorRuntime,
  type Weights,
} from '../../tensor/index.ts'
import { type AllowedAlong, refuseOthers } from '../constraint/index.ts'
import { adapterStride, type LoraOptions } from './adapter.ts'
import type { BaseWeights } from './base-weights.ts'
import {
  headFunction,
  headInputs,
  layerFunction,
  layerGradientFunction,
  layerGradientInputs,
  layerInputs,
  type RowShape,
} from './graphs.ts'
import { type PackedBatch, packMask } from './packs.ts'

export interface LayeredModel {
  readonly runtime: TensorRuntime
  readonly config: ModelConfig
  readonly base: BaseWeights
  readonly lora: LoraOptions
}

/** Angles and masks of a batch, by layer: layers that attend alike share them. */
export type LayerGeometry = readonly (readonly DeviceTensor[])[]

type Places = Omit<PackedBatch, 'tokens' | 'scored'>

/** For each layer cos and sin [B * T, size / 2] and the mask [B, 1, 1, T, T]. */
export function batchGeometry({ runtime, config }: LayeredModel, batch: Places): LayerGeometry {
  const { place } = runtime.backend
  const { rows, length } = batch
  return byLayer(config, ({ rope, window }) => {
    const table = rotaryTable(batch.positions, ropeFrequencies(rope, config.headSize))
    const half = [rows * length, config.headSize / 2]
    const mask = float32Tensor(packMask(batch, window), [rows, 1, 1, length, length])
    return [place(float32Tensor(table.cos, half)), place(float32Tensor(table.sin, half)), place(mask)]
  })
}

/** `make` once for each way in which layers attend. */
export function byLayer<T>(config: ModelConfig, make: (attention: ReturnType<typeof layerAttention>) => T): T[] {
  const known = new Map<string, T>()
  return Array.from({ length: config.layers }, (_, layer) => {
    const attention = layerAttention(config, layer)
    const key = JSON.stringify(attention)
    const made = known.get(key) ?? make(attention)
    known.set(key, made)
    return made
  })
}

/** Scaled embeddings of tokens, [N, D]. */
export function embedded({ runtime, config, base }: LayeredModel, tokens: ArrayLike<number>): DeviceTensor {
  const width = config.hiddenSize
  const table = base.embedding.data as Float32Array
  const rows = new Float32Array(tokens.length * width)
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as number
    rows.set(table.subarray(token * width, (token + 1) * width), i * width)
  }
  if (config.embeddingScale !== 1)
    for (let i = 0; i < rows.length; i++) rows[i] = (rows[i] as number) * config.embeddingScale
  return runtime.backend.place(float32Tensor(rows, [tokens.length, width]))
}

/** The adapter's tensors of one layer; none without an adapter. */
export function layerAdapter({ lora }: LayeredModel, adapter: Weights | null, layer: number): Weights {
  const stride = adapterStride(lora)
  return adapter?.slice(layer * stride, (layer + 1) * stride) ?? []
}

/** Types and shapes of a layer's base tensors, which all layers share. */
export const layerForm = ({ layers }: BaseWeights): readonly InputSpec[] => layers[0] ?? []

const kindOf = (adapter: Weights | null): string => (adapter === null ? 'base' : 'lora')

/** A compiled layer for a shape; with `keepsKeys` it gives keys and values too. */
export function compiledLayer(
  { runtime, config, base, lora }: LayeredModel,
  shape: RowShape,
  { adapter, keepsKeys }: { readonly adapter: Weights | null; readonly keepsKeys: boolean },
): Promise<CompiledFunction> {
  const options = adapter === null ? null : lora
  return runtime.sessions.get(
    `layer/${kindOf(adapter)}/${keepsKeys ? 'keys/' : ''}${shape.rows}x${shape.length}`,
    () => layerFunction(runtime.jax, config, { lora: options, keepsKeys }),
    layerInputs(config, shape, { base: layerForm(base), lora: options }),
  )
}

/** @returns the input of every layer and the output of the last, [B * T, D] each. */
export async function forwards(
  model: LayeredModel,
  adapter: Weights | null,
  {
    batch,
    geometry,
    signal,
  }: { readonly batch: PackedBatch; readonly geometry: LayerGeometry; readonly signal: AbortSignal },
): Promise<DeviceTensor[]> {
  const compiled = await compiledLayer(model, batch, { adapter, keepsKeys: false })
  const states = [embedded(model, batch.tokens)]
  for (const [layer, weights] of model.base.layers.entries()) {
    signal.throwIfAborted()
    const x = states[layer] as DeviceTensor
    const own = layerAdapter(model, adapter, layer)
    const [y] = await compiled.run([x, ...(geometry[layer] as Weights), ...weights, ...own])
    states.push(y as DeviceTensor)
  }
  return states
}

/** From the gradient in the last output to those of all adapter tensors, in the adapter's order. */
export async function backwards(
  model: LayeredModel,
  adapter: Weights,
  {
    batch,
    geometry,
    states,
    change,
    signal,
  }: {
    readonly batch: PackedBatch
    readonly geometry: LayerGeometry
    readonly states: readonly DeviceTensor[]
    readonly change: DeviceTensor
    readonly signal: AbortSignal
  },
): Promise<Float32Array[]> {
  const { runtime, config, lora } = model
  const compiled = await runtime.sessions.get(
    `layer-gradient/${batch.rows}x${batch.length}`,
    () => layerGradientFunction(runtime.jax, config, lora),
    layerGradientInputs(config, batch, { base: layerForm(model.base), lora }),
  )
  const gradients: Float32Array[][] = []
  let moving = change
  for (let layer = config.layers - 1; layer >= 0; layer--) {
    signal.throwIfAborted()
    const weights = model.base.layers[layer] as readonly InputTensor[]
    const own = layerAdapter(model, adapter, layer)
    const [next, ...fresh] = await compiled.run([
      states[layer] as DeviceTensor,
      ...(geometry[layer] as Weights),
      ...weights,
      ...own,
      moving,
    ])
    moving = next as DeviceTensor
    gradients.unshift(fresh.map(({ data }) => data as Float32Array))
  }
  return gradients.flat()
}

/** Elements of one table of logits, at most: 64 MB. */
const logitElements = 2 ** 24

/** Rows that the head takes at once. */
export function headRows({ vocabularySize }: ModelConfig, wanted: number): number {
  const most = Math.max(16, Math.min(256, 2 ** Math.floor(Math.log2(logitElements / vocabularySize))))
  if (wanted >= most) return most
  return Math.min(most, Math.max(1, Math.ceil(wanted / 16) * 16))
}

/** log-probs and entropies of the batch's scored tokens, and the gradient in the last output where weights are given. */
export async function scoreHead(
  { runtime, config, base }: LayeredModel,
  last: DeviceTensor,
  {
    batch,
    weights,
    allowed,
    signal,
  }: {
    readonly batch: PackedBatch
    readonly weights: Float32Array | null
    /** What was allowed along each sequence; null for a free one. */
    readonly allowed: readonly (AllowedAlong | null)[]
    readonly signal: AbortSignal
  },
): Promise<{ readonly logprobs: Float32Array; readonly entropies: Float32Array; readonly change: DeviceTensor }> {
  const { place } = runtime.backend
  const width = config.hiddenSize
  const { scored } = batch
  const all = last.data as Float32Array
  const logprobs = new Float32Array(scored.length)
  const entropies = new Float32Array(scored.length)
  const change = new Float32Array(weights === null ? 0 : all.length)
  for (let start = 0; start < scored.length; ) {
    signal.throwIfAborted()
    const rows = headRows(config, scored.length - start)
    const part = scored.slice(start, start + rows)
    const states = new Float32Array(rows * width)
    const targets = new Int32Array(rows)
    part.forEach(({ place: from, target }, i) => {
      states.set(all.subarray(from * width, (from + 1) * width), i * width)
      targets[i] = target
    })
    const mask = maskOf(part, allowed, { rows, vocabularySize: config.vocabularySize })
    const kind = { isGradient: weights !== null, isMasked: mask !== null }
    const compiled = await runtime.sessions.get(
      `head/${kind.isGradient ? 'gradient/' : ''}${kind.isMasked ? 'masked/' : ''}${rows}`,
      () => headFunction(runtime.jax, config, kind),
      headInputs(config, rows, kind),
    )
    const inputs = [
      place(float32Tensor(states, [rows, width])),
      base.finalNorm,
      base.head,
      place(int32Tensor(targets, [rows])),
    ]
    if (mask !== null) inputs.push(place(float32Tensor(mask, [rows, config.vocabularySize])))
    if (weights !== null) {
      const own = new Float32Array(rows)
      own.set(weights.subarray(start, start + part.length))
      inputs.push(place(float32Tensor(own, [rows])))
    }
    const [fresh, entropy, gradient] = await compiled.run(inputs)
    logprobs.set((fresh as DeviceTensor).data.subarray(0, part.length), start)
    entropies.set((entropy as DeviceTensor).data.subarray(0, part.length), start)
    // A prompt's last position predicts the first token of each of its completions.
    part.forEach(({ place: to }, row) => {
      if (gradient !== undefined) addRow(change, to, { from: gradient.data as Float32Array, row, width })
    })
    start += part.length
  }
  return { logprobs, entropies, change: place(float32Tensor(change, weights === null ? [0] : last.shape)) }
}

/** [C, V], what is added to the logits of scored tokens; null where nothing is refused. */
function maskOf(
  scored: PackedBatch['scored'],
  allowed: readonly (AllowedAlong | null)[],
  { rows, vocabularySize }: { readonly rows: number; readonly vocabularySize: number },
): Float32Array | null {
  const own = scored.map(({ sequence, offset }) => allowed[sequence]?.[offset] ?? null)
  if (own.every((tokens) => tokens === null)) return null
  const mask = new Float32Array(rows * vocabularySize)
  own.forEach((tokens, row) => {
    if (tokens === null) return
    refuseOthers(mask.subarray(row * vocabularySize, (row + 1) * vocabularySize), tokens, maskedScore)
  })
  return mask
}

function addRow(
  into: Float32Array,
  to: number,
  { from, row, width }: { readonly from: Float32Array; readonly row: number; readonly width: number },
): void {
  for (let k = 0; k < width; k++)
    into[to * width + k] = (into[to * width + k] as number) + (from[row * width + k] as number)
}
