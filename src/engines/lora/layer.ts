/**
 * One decoder layer of any architecture as a jax-js function, with or without an adapter. Weights are inputs: the same
 * compiled graph serves every layer. What is traced here is compiled; nothing runs eagerly.
 */
import type { numpy } from '@jax-js/jax'
import type { LayerTensors, ModelConfig } from '../../models/index.ts'
import { changeOf, type Jax, linear, rmsNorm, rotate, silu } from '../../tensor/index.ts'
import type { Part } from './adapter.ts'

type Array_ = numpy.Array

/** The adapter of one layer. */
export interface LayerAdapter {
  /** alpha / r. */
  readonly scale: number
  readonly pairs: Readonly<Partial<Record<Part, { readonly a: Array_; readonly b: Array_ }>>>
}

/** Turned and scaled heads of N positions: q [N, H, size], k and v [N, K, size]. */
export interface Heads {
  readonly q: Array_
  readonly k: Array_
  readonly v: Array_
}

export interface LayerInputs {
  /** [N, D]; consumed. */
  readonly x: Array_
  /** cos and sin of the positions, [N, size / 2]; consumed. */
  readonly cos: Array_
  readonly sin: Array_
  /** Not consumed. */
  readonly weights: LayerTensors<Array_>
  /** Null leaves the base as it is. Not consumed. */
  readonly adapter: LayerAdapter | null
  /** Heads to attended values [N, H * size]. */
  readonly attend: (heads: Heads) => Array_
}

/** @returns [N, D] */
export function decoderLayer(jax: Jax, config: ModelConfig, inputs: LayerInputs): Array_ {
  const { cos, sin, weights, attend } = inputs
  const { headSize: size } = config
  const count = inputs.x.shape[0] as number
  const project = (x: Array_, part: Part): Array_ => projected(jax, inputs, x, part)
  const norm = (x: Array_, gain: Array_): Array_ => normed(jax, config, x, gain)
  const heads = (x: Array_): Array_ => x.reshape([count, (x.shape[1] as number) / size, size])
  const turned = (x: Array_): Array_ =>
    rotate(jax, x, cos.ref.reshape([count, 1, size / 2]), sin.ref.reshape([count, 1, size / 2]))
  const before = norm(inputs.x.ref, weights.attentionNorm)
  const q = heads(project(before.ref, 'q'))
  const k = heads(project(before.ref, 'k'))
  const v = heads(project(before, 'v'))
  const normedQ = weights.qNorm === undefined ? q : norm(q, weights.qNorm)
  const normedK = weights.kNorm === undefined ? k : norm(k, weights.kNorm)
  const attended = attend({ q: turned(normedQ.mul(config.attentionScale)), k: turned(normedK), v })
  const withPost = (x: Array_, gain: Array_ | undefined): Array_ => (gain === undefined ? x : norm(x, gain))
  const middle = inputs.x.add(withPost(project(attended, 'o'), weights.attentionPostNorm))
  const inner = norm(middle.ref, weights.mlpNorm)
  const activated = (config.activation === 'silu' ? silu : gelu)(jax, project(inner.ref, 'gate'))
  const fed = project(activated.mul(project(inner, 'up')), 'down')
  return middle.add(withPost(fed, weights.mlpPostNorm))
}

/** x W^T + bias + scale * (x A^T) B^T. Consumes `x`. */
function projected(jax: Jax, { weights, adapter }: LayerInputs, x: Array_, part: Part): Array_ {
  const biases = { q: weights.qBias, k: weights.kBias, v: weights.vBias }
  const bias = part === 'q' || part === 'k' || part === 'v' ? biases[part] : undefined
  const pair = adapter?.pairs[part]
  const plain = linear(jax, pair === undefined ? x : x.ref, weights[part].ref)
  const shifted = bias === undefined ? plain : plain.add(bias.ref)
  if (adapter === null || pair === undefined) return shifted
  return shifted.add(linear(jax, linear(jax, x, pair.a.ref).mul(adapter.scale), pair.b.ref))
}

/** RMSNorm over the last axis. Consumes `x`; `gain` is not. */
export function normed(jax: Jax, { normEpsilon, normGain }: ModelConfig, x: Array_, gain: Array_): Array_ {
  return rmsNorm(jax, x, { gain: normGain === 'weight' ? gain.ref : gain.ref.add(1), epsilon: normEpsilon })
}

/** GELU in its tanh form (arXiv:1606.08415): x sigmoid(2 u), u = sqrt(2 / pi) (x + 0.044715 x^3). Consumes `x`. */
function gelu(jax: Jax, x: Array_): Array_ {
  const { numpy: np, lax } = jax
  const frozen = lax.stopGradient(x.ref)
  const square = frozen.ref.mul(frozen.ref)
  const factor = 2 * Math.sqrt(2 / Math.PI)
  const inner = frozen.ref.mul(square.ref.mul(0.044715).add(1)).mul(factor)
  const sigmoid = np.reciprocal(np.exp(inner.neg()).add(1))
  const value = frozen.ref.mul(sigmoid.ref)
  const innerSlope = square
    .mul(3 * 0.044715)
    .add(1)
    .mul(factor)
  const slope = value.ref.mul(sigmoid.ref.neg().add(1)).mul(innerSlope).add(sigmoid)
  frozen.dispose()
  return value.add(slope.mul(changeOf(jax, x)))
}
