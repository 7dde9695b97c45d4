/**
 * Functions whose gradient is given, not derived: jax-js has no custom derivative rule, but a term that is zero in value
 * and linear in the change of x does the same. The lowering knows that x - x is zero and drops the term from the
 * forward graph, so only its gradient is left.
 */
import type { numpy } from '@jax-js/jax'
import type { Jax } from '../trace.ts'

/** Zero in value, with the gradient of x. Consumes `x`. */
export function changeOf(jax: Jax, x: numpy.Array): numpy.Array {
  return x.ref.sub(jax.lax.stopGradient(x))
}
