/** Root-mean-square normalisation (arXiv:1910.07467), without a bias. */
import type { numpy } from '@jax-js/jax'
import type { Jax } from '../trace.ts'

/**
 * x / sqrt(mean(x^2) + epsilon) * gain over the last axis.
 * @param x shape [..., D]; consumed. @param gain shape [D]; consumed.
 */
export function rmsNorm(
  jax: Jax,
  x: numpy.Array,
  { gain, epsilon }: { readonly gain: numpy.Array; readonly epsilon: number },
): numpy.Array {
  const { numpy: np } = jax
  const meanSquare = np.mean(np.square(x.ref), -1, { keepdims: true })
  return x.mul(np.reciprocal(np.sqrt(meanSquare.add(epsilon)))).mul(gain)
}
