/** Products with weight matrices, [out, in] as PyTorch stores them. */
import type { numpy } from '@jax-js/jax'
import type { Jax } from '../trace.ts'

/** x [N, in] and W [out, in] to x W^T; both consumed. */
export type Projection = (jax: Jax, x: numpy.Array, weight: numpy.Array) => numpy.Array

/** x W^T in one product. */
export const linear: Projection = (jax, x, weight) => jax.numpy.matmul(x, weight.transpose())

/** onnxruntime sums products over at most this many terms before it starts a new block. */
const block = 128

/**
 * x W^T, summed over blocks of 128 terms in a fixed order. onnxruntime's own blocks depend on how it shares a product of
 * few rows among threads; with this one the result of a row depends neither on the other rows nor on the threads.
 */
export const blockedLinear: Projection = (jax, x, weight) => {
  const depth = x.shape[1] as number
  const cuts = Array.from({ length: Math.ceil(depth / block) - 1 }, (_, i) => (i + 1) * block)
  if (cuts.length === 0) return linear(jax, x, weight)
  const parts = jax.numpy.split(x, cuts, 1)
  const weights = jax.numpy.split(weight, cuts, 1)
  return parts.map((part, i) => linear(jax, part, weights[i] as numpy.Array)).reduce((sum, part) => sum.add(part))
}
