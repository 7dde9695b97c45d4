/**
 * Rotary position embedding (arXiv:2104.09864) in Hugging Face's half-rotation form: the first and the second half of a
 * head are the two coordinates that are turned.
 */
import type { numpy } from '@jax-js/jax'
import type { Jax } from '../trace.ts'

/** cos and sin of position * frequency, each shape [positions, size / 2]. @param frequencies shape [size / 2], in radians. */
export function rotaryTable(
  positions: ArrayLike<number>,
  frequencies: readonly number[],
): { cos: Float32Array; sin: Float32Array } {
  const half = frequencies.length
  const cos = new Float32Array(positions.length * half)
  const sin = new Float32Array(positions.length * half)
  for (let p = 0; p < positions.length; p++) {
    for (let i = 0; i < half; i++) {
      const angle = (positions[p] as number) * (frequencies[i] as number)
      cos[p * half + i] = Math.cos(angle)
      sin[p * half + i] = Math.sin(angle)
    }
  }
  return { cos, sin }
}

/**
 * Turns the last axis of `x`.
 * @param x shape [..., size]; consumed.
 * @param cos broadcastable to [..., size / 2]; consumed, as is `sin`.
 */
export function rotate(jax: Jax, x: numpy.Array, cos: numpy.Array, sin: numpy.Array): numpy.Array {
  const half = (x.shape.at(-1) as number) / 2
  const [first, second] = jax.numpy.split(x, [half], -1) as [numpy.Array, numpy.Array]
  const turnedFirst = first.ref.mul(cos.ref).sub(second.ref.mul(sin.ref))
  const turnedSecond = second.mul(cos).add(first.mul(sin))
  return jax.numpy.concatenate([turnedFirst, turnedSecond], -1)
}
