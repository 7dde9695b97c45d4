/** Softmax attention over whole sequences, and one step of it over a key-value cache. */
import type { numpy } from '@jax-js/jax'
import type { Jax } from '../trace.ts'
import { changeOf } from './custom-gradient.ts'

/** Added to the scores of positions that must not be seen: exp of it is 0 in float32. */
export const maskedScore = -1e9

/** Softmax over the last axis. Consumes `x`. */
export function softmax(jax: Jax, x: numpy.Array): numpy.Array {
  const { numpy: np, lax } = jax
  const peak = lax.stopGradient(np.max(x.ref, -1, { keepdims: true }))
  const exponentials = np.exp(x.sub(peak))
  const total = np.sum(exponentials.ref, -1, { keepdims: true })
  return exponentials.mul(np.reciprocal(total))
}

/**
 * softmax(q k^T + mask) v. The gradient with respect to the scores is P * (dP - rowsum(dO * O)) (FlashAttention,
 * arXiv:2205.14135, equation 4): two passes over the scores where plain differentiation makes four.
 * The query heads of a group are further rows of its key head's products: keys and values are never repeated, neither
 * here nor in the gradients.
 * @param q shape [B, K, G, T, size], scaled: G query heads share each of the K key heads. Consumed, as all arguments.
 * @param k shape [B, K, 1, T, size]. @param v shape [B, K, 1, T, size].
 * @param mask shape [T, T] or [B, 1, 1, T, T], 0 or `maskedScore`.
 * @returns shape [B, K, G, T, size].
 */
export function attention(
  jax: Jax,
  q: numpy.Array,
  {
    k,
    v,
    mask,
    softcap = null,
  }: {
    readonly k: numpy.Array
    readonly v: numpy.Array
    readonly mask: numpy.Array
    /** Scores s become softcap * tanh(s / softcap). */
    readonly softcap?: number | null
  },
): numpy.Array {
  const { numpy: np, lax } = jax
  const [batch, keyHeads, group, length, size] = q.shape as [number, number, number, number, number]
  const folded = [batch, keyHeads, 1, group * length]
  const products = np.matmul(q.reshape([...folded, size]), k.transpose([0, 1, 2, 4, 3]))
  const bounded = softcap === null ? products : np.tanh(products.mul(1 / softcap)).mul(softcap)
  const scores = bounded
    .reshape([batch, keyHeads, group, length, length])
    .add(mask)
    .reshape([...folded, length])
  const weights = lax.stopGradient(softmax(jax, scores.ref))
  const value = np.matmul(weights.ref, v.ref)
  const frozenValue = lax.stopGradient(value.ref)
  const change = weights.mul(changeOf(jax, scores))
  const rowChange = np.sum(change.ref, -1, { keepdims: true })
  const gradientOnly = np.matmul(change, lax.stopGradient(v)).sub(rowChange.mul(frozenValue))
  return value.add(gradientOnly).reshape([batch, keyHeads, group, length, size])
}

/**
 * Attention of one new position over cached ones and itself.
 * @param q shape [B, K, G, size], scaled. Consumed, as all arguments.
 * @param own key and value of the new position, shape [B, K, 1, size] each.
 * @param cache keys and values, shape [B, K, T, size] each; mask, shape [B, T]: 0 or `maskedScore`.
 * @returns shape [B, K, G, size].
 */
export function cachedAttention(
  jax: Jax,
  q: numpy.Array,
  {
    own,
    cache,
  }: {
    readonly own: { readonly k: numpy.Array; readonly v: numpy.Array }
    readonly cache: { readonly k: numpy.Array; readonly v: numpy.Array; readonly mask: numpy.Array }
  },
): numpy.Array {
  const { numpy: np } = jax
  const [batch, length] = cache.mask.shape as [number, number]
  const past = np.matmul(q.ref, cache.k.transpose([0, 1, 3, 2])).add(cache.mask.reshape([batch, 1, 1, length]))
  const self = np.sum(q.mul(own.k), -1, { keepdims: true })
  const peak = np.maximum(np.max(past.ref, -1, { keepdims: true }), self.ref)
  const pastWeights = np.exp(past.sub(peak.ref))
  const selfWeight = np.exp(self.sub(peak))
  const total = np.sum(pastWeights.ref, -1, { keepdims: true }).add(selfWeight.ref)
  return np.matmul(pastWeights, cache.v).add(selfWeight.mul(own.v)).mul(np.reciprocal(total))
}
