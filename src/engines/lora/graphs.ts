/**
 * The functions that are compiled: a layer forwards, a layer backwards (which computes it again), and the head over a
 * few rows. Each takes the weights as inputs, so that one graph of a shape serves all layers.
 */
import type { numpy } from '@jax-js/jax'
import { type LayerTensors, type ModelConfig, modelTensors } from '../../models/index.ts'
import {
  attention,
  type InputSpec,
  type Jax,
  linear,
  type TensorFunction,
  type TensorSpec,
} from '../../tensor/index.ts'
import { adaptedParts, type LoraOptions } from './adapter.ts'
import { decoderLayer, type Heads, type LayerAdapter, normed } from './layer.ts'

type Array_ = numpy.Array

/** Sequences B of T positions each. */
export interface RowShape {
  readonly rows: number
  readonly length: number
}

const f32 = (...shape: number[]): TensorSpec => ({ dtype: 'float32', shape })

/** What of a layer the graphs are compiled for. */
export interface LayerForm {
  /** The base tensors of a layer, in the order of `LayerTensors`. */
  readonly base: readonly InputSpec[]
  /** Null: without an adapter. */
  readonly lora: LoraOptions | null
}

const firstLayer = (config: ModelConfig) => {
  const layer = modelTensors(config).layers[0]
  if (layer === undefined) throw new RangeError('a model without layers')
  return layer
}

/** A and B of the adapted parts of one layer, in their order; none without an adapter. */
export function layerAdapterSpecs(config: ModelConfig, options: LoraOptions | null): TensorSpec[] {
  if (options === null) return []
  const layer = firstLayer(config)
  return adaptedParts(options).flatMap((part) => {
    const [out, into] = layer[part].shape as [number, number]
    return [f32(options.rank, into), f32(out, options.rank)]
  })
}

/** Base tensors of a layer. */
export const layerTensorCount = (config: ModelConfig): number => Object.keys(firstLayer(config)).length

export function structuredLayer(config: ModelConfig, flat: readonly Array_[]): LayerTensors<Array_> {
  const names = Object.keys(firstLayer(config))
  return Object.fromEntries(names.map((name, i) => [name, flat[i]])) as unknown as LayerTensors<Array_>
}

export function structuredAdapter(options: LoraOptions | null, flat: readonly Array_[]): LayerAdapter | null {
  if (options === null) return null
  const pairs = adaptedParts(options).map((part, i) => [part, { a: flat[2 * i], b: flat[2 * i + 1] }])
  return { scale: options.alpha / options.rank, pairs: Object.fromEntries(pairs) as LayerAdapter['pairs'] }
}

/** Inputs of `layerFunction`: x [B * T, D], cos and sin [B * T, size / 2], mask [B, 1, 1, T, T], base, adapter. */
export function layerInputs(config: ModelConfig, { rows, length }: RowShape, { base, lora }: LayerForm): InputSpec[] {
  const count = rows * length
  const angles = f32(count, config.headSize / 2)
  return [
    f32(count, config.hiddenSize),
    angles,
    angles,
    f32(rows, 1, 1, length, length),
    ...base,
    ...layerAdapterSpecs(config, lora),
  ]
}

/** Attention within each row; turned keys and values [B, K, T, size] go to `collect`. */
function attendRows(jax: Jax, config: ModelConfig, mask: Array_, collect?: Array_[]) {
  const { heads, keyValueHeads: keyHeads, headSize: size } = config
  const [rows, , , length] = mask.shape as [number, number, number, number, number]
  return ({ q, k, v }: Heads): Array_ => {
    const byRow = (x: Array_): Array_ => x.reshape([rows, length, x.shape[1] as number, size]).transpose([0, 2, 1, 3])
    const [keys, values] = [byRow(k), byRow(v)]
    collect?.push(keys.ref, values.ref)
    const grouped = byRow(q).reshape([rows, keyHeads, heads / keyHeads, length, size])
    const shared = (x: Array_): Array_ => x.reshape([rows, keyHeads, 1, length, size])
    return attention(jax, grouped, { k: shared(keys), v: shared(values), mask, softcap: config.attentionSoftcap })
      .reshape([rows, heads, length, size])
      .transpose([0, 2, 1, 3])
      .reshape([rows * length, heads * size])
  }
}

interface Split {
  readonly x: Array_
  readonly cos: Array_
  readonly sin: Array_
  readonly mask: Array_
  readonly base: readonly Array_[]
  readonly adapter: readonly Array_[]
}

function split(config: ModelConfig, inputs: readonly Array_[]): Split {
  const [x, cos, sin, mask] = inputs as [Array_, Array_, Array_, Array_]
  const end = 4 + layerTensorCount(config)
  return { x, cos, sin, mask, base: inputs.slice(4, end), adapter: inputs.slice(end) }
}

/** @returns the layer's output [B * T, D]; with `keepsKeys` its keys and values too, [B, K, T, size] each. */
export function layerFunction(
  jax: Jax,
  config: ModelConfig,
  { lora, keepsKeys }: { readonly lora: LoraOptions | null; readonly keepsKeys: boolean },
): TensorFunction {
  return (...inputs) => {
    const { x, cos, sin, mask, base, adapter } = split(config, inputs)
    const collect: Array_[] = []
    const y = decoderLayer(jax, config, {
      x,
      cos,
      sin,
      weights: structuredLayer(config, base),
      adapter: structuredAdapter(lora, adapter),
      attend: attendRows(jax, config, mask, keepsKeys ? collect : undefined),
    })
    return [y, ...collect]
  }
}

/** Inputs: those of `layerFunction`, then the gradient in the output. Gives that in x, then in each adapter tensor. */
export function layerGradientFunction(jax: Jax, config: ModelConfig, lora: LoraOptions): TensorFunction {
  return (...inputs) => {
    const change = inputs.at(-1) as Array_
    const { x, cos, sin, mask, base, adapter } = split(config, inputs.slice(0, -1))
    const objective = ([moving, ...pairs]: Array_[]): Array_ =>
      decoderLayer(jax, config, {
        x: moving as Array_,
        cos,
        sin,
        weights: structuredLayer(config, base),
        adapter: structuredAdapter(lora, pairs),
        attend: attendRows(jax, config, mask),
      })
        .mul(change)
        .sum()
    return jax.grad(objective)([x, ...adapter]) as unknown as Array_[]
  }
}

export function layerGradientInputs(config: ModelConfig, shape: RowShape, form: LayerForm): InputSpec[] {
  return [...layerInputs(config, shape, form), f32(shape.rows * shape.length, config.hiddenSize)]
}

/** Logits [C, V] of states [C, D] before the final norm, and those states normed; consumes `states` alone. */
export function headLogits(
  jax: Jax,
  config: ModelConfig,
  { states, norm, head }: { readonly states: Array_; readonly norm: Array_; readonly head: Array_ },
): { readonly logits: Array_; readonly states: Array_ } {
  const final = normed(jax, config, states, norm)
  return { logits: capped(jax, linear(jax, final.ref, head.ref), config.logitSoftcap), states: final }
}

function capped(jax: Jax, x: Array_, cap: number | null): Array_ {
  return cap === null ? x : jax.numpy.tanh(x.mul(1 / cap)).mul(cap)
}

export interface ScoringHead {
  readonly isGradient: boolean
  /** Whether some tokens are refused: their logits are lowered. */
  readonly isMasked: boolean
}

/**
 * Inputs of the head over C rows: states [C, D], final norm [D], head [V, D], targets [C]; where masked what is added to the
 * logits [C, V]; for a gradient weights [C].
 */
export function headInputs(config: ModelConfig, rows: number, { isGradient, isMasked }: ScoringHead): TensorSpec[] {
  const { hiddenSize: width, vocabularySize: vocabulary } = config
  const targets: TensorSpec = { dtype: 'int32', shape: [rows] }
  const mask = isMasked ? [f32(rows, vocabulary)] : []
  return [f32(rows, width), f32(width), f32(vocabulary, width), targets, ...mask, ...(isGradient ? [f32(rows)] : [])]
}

type HeadArrays = readonly [norm: Array_, head: Array_, targets: Array_, mask: Array_ | null]

/**
 * log-probs of the targets and entropies of the distribution, in nats, each [C]; with weights also the gradient of the sum
 * of weight * log-prob in the states. The target's logit is a product with its own row of the head.
 */
export function headFunction(jax: Jax, config: ModelConfig, { isGradient, isMasked }: ScoringHead): TensorFunction {
  const { numpy: np, lax } = jax
  const score = (states: Array_, [norm, head, targets, mask]: HeadArrays): [Array_, Array_] => {
    const { logits: free, states: final } = headLogits(jax, config, { states, norm, head })
    const logits = mask === null ? free : free.add(mask)
    const peak = lax.stopGradient(np.max(logits.ref, -1, { keepdims: true }))
    const shifted = logits.sub(peak.ref)
    const exponentials = np.exp(shifted.ref)
    const total = np.sum(exponentials.ref, -1)
    const logTotal = np.log(total.ref)
    const own = capped(jax, np.sum(final.mul(head.ref.slice(targets)), -1), config.logitSoftcap)
    const logprobs = own.sub(peak.reshape([peak.shape[0] as number])).sub(logTotal.ref)
    const mean = np.sum(lax.stopGradient(exponentials).mul(lax.stopGradient(shifted)), -1)
    const entropies = lax.stopGradient(logTotal).sub(mean.mul(np.reciprocal(lax.stopGradient(total))))
    return [logprobs, entropies]
  }
  return (...inputs) => {
    const [states, norm, head, targets, ...others] = inputs as [Array_, Array_, Array_, Array_, ...Array_[]]
    const fixed: HeadArrays = [norm, head, targets, isMasked ? (others.shift() as Array_) : null]
    if (!isGradient) return score(states, fixed)
    const weights = others[0] as Array_
    const objective = (moving: Array_): [Array_, Array_[]] => {
      const [logprobs, entropies] = score(moving, fixed)
      return [logprobs.ref.mul(weights).sum(), [logprobs, entropies]]
    }
    const [[total, scores], gradient] = jax.valueAndGrad(objective, { hasAux: true })(states) as unknown as [
      [Array_, Array_[]],
      Array_,
    ]
    total.dispose()
    return [...scores, gradient]
  }
}
