/** SwiGLU feed-forward layer (arXiv:2002.05202). */
import type { numpy } from '@jax-js/jax'
import type { Jax } from '../trace.ts'
import { changeOf } from './custom-gradient.ts'
import { linear, type Projection } from './linear.ts'

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
export function swiglu(
  jax: Jax,
  x: numpy.Array,
  { weights, project = linear }: { readonly weights: SwigluWeights; readonly project?: Projection | undefined },
): numpy.Array {
  const gate = silu(jax, project(jax, x.ref, weights.gate))
  const up = project(jax, x, weights.up)
  return project(jax, gate.mul(up), weights.down)
}
