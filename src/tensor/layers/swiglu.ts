/** SwiGLU feed-forward layer (arXiv:2002.05202). */
import type { numpy } from '@jax-js/jax'
import type { Jax } from '../trace.ts'
import { changeOf } from './custom-gradient.ts'

/** x * sigmoid(x); its gradient as s + y * (1 - s), one product in the backward pass. Consumes `x`. */
export function silu(jax: Jax, x: numpy.Array): numpy.Array {
  const { numpy: np, lax } = jax
  const frozen = lax.stopGradient(x.ref)
  const sigmoid = np.reciprocal(np.exp(frozen.ref.neg()).add(1))
  const value = frozen.mul(sigmoid.ref)
  const slope = value.ref.mul(sigmoid.ref.neg().add(1)).add(sigmoid)
  return value.add(slope.mul(changeOf(jax, x)))
}

export interface SwigluWeights {
  /** [hidden, D] */
  readonly gate: numpy.Array
  /** [hidden, D] */
  readonly up: numpy.Array
  /** [D, hidden] */
  readonly down: numpy.Array
}

/**
 * down(silu(gate(x)) * up(x)).
 * @param x shape [N, D]; consumed, as are the weights.
 */
export function swiglu(jax: Jax, x: numpy.Array, weights: SwigluWeights): numpy.Array {
  const gate = silu(jax, linear(jax, x.ref, weights.gate))
  const up = linear(jax, x, weights.up)
  return linear(jax, gate.mul(up), weights.down)
}

/**
 * x W^T.
 * @param x shape [N, in]; consumed. @param weight shape [out, in], as PyTorch stores it; consumed.
 */
export function linear(jax: Jax, x: numpy.Array, weight: numpy.Array): numpy.Array {
  return jax.numpy.matmul(x, weight.transpose())
}
