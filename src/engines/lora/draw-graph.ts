/**
 * The head of a decoding step. For plain sampling and greedy decoding the token is drawn inside the graph: a table of all
 * tokens' numbers, 78 MB for 128 rows of Qwen's vocabulary, never leaves it.
 */
import type { numpy } from '@jax-js/jax'
import type { ModelConfig } from '../../models/index.ts'
import type { Jax, TensorFunction, TensorSpec } from '../../tensor/index.ts'
import { headLogits } from './graphs.ts'

type Array_ = numpy.Array

/** `draw`: from the whole distribution; `greedy`: its likeliest token; `table`: the distribution itself. */
export type HeadKind = 'draw' | 'greedy' | 'table'

/** Inputs: states [C, D], final norm [D], head [V, D], 1/temperature; for `draw` a uniform number in [0, 1) a row [C]. */
export function drawInputs({ hiddenSize, vocabularySize }: ModelConfig, rows: number, kind: HeadKind): TensorSpec[] {
  const f32 = (...shape: number[]): TensorSpec => ({ dtype: 'float32', shape })
  const common = [f32(rows, hiddenSize), f32(hiddenSize), f32(vocabularySize, hiddenSize), f32()]
  return kind === 'draw' ? [...common, f32(rows)] : common
}

/**
 * Tokens int32 [C], their log-probs [C] and the entropies of their distributions [C], in nats; for `table` log-probs
 * [C, V] and unnormalised probabilities [C, V], the largest of each row 1.
 */
export function drawFunction(jax: Jax, config: ModelConfig, kind: HeadKind): TensorFunction {
  const { numpy: np } = jax
  return (...inputs) => {
    const [states, norm, head, inverseTemperature, uniforms] = inputs as [Array_, Array_, Array_, Array_, Array_]
    const logits = headLogits(jax, config, { states, norm, head }).logits.mul(inverseTemperature)
    const shifted = logits.ref.sub(np.max(logits, -1, { keepdims: true }))
    const weights = np.exp(shifted.ref)
    if (kind === 'table') {
      const logTotal = np.log(np.sum(weights.ref, -1, { keepdims: true }))
      return [shifted.sub(logTotal), weights]
    }
    const [rows, vocabulary] = shifted.shape as [number, number]
    const total = np.sum(weights.ref, -1)
    const logTotal = np.log(total.ref)
    const entropies = logTotal.ref.sub(np.sum(weights.ref.mul(shifted.ref), -1).mul(np.reciprocal(total)))
    const tokens = kind === 'draw' ? drawn(jax, weights, uniforms) : likeliest(jax, shifted.ref)
    const places = np.arange(rows).astype(np.float32).mul(vocabulary).add(tokens.ref)
    const chosen = shifted.reshape([rows * vocabulary]).slice(places.astype(np.int32))
    return [tokens.astype(np.int32), chosen.sub(logTotal), entropies]
  }
}

/** The lowest of the tokens whose logit is the largest, as float32 [C]. */
function likeliest(jax: Jax, shifted: Array_): Array_ {
  const { numpy: np } = jax
  const vocabulary = shifted.shape[1] as number
  const tokens = np.arange(vocabulary).astype(np.float32)
  return np.min(np.where(np.less(shifted, 0), vocabulary, tokens), -1)
}

/**
 * The token at which the running sum of `weights` [C, V] passes `uniforms` times their total, as float32 [C]: first the
 * block of tokens, then the token in it. A token of weight 0 is never drawn.
 */
function drawn(jax: Jax, weights: Array_, uniforms: Array_): Array_ {
  const { numpy: np } = jax
  const [rows, vocabulary] = weights.shape as [number, number]
  const size = blockSize(vocabulary)
  const count = Math.ceil(vocabulary / size)
  const missing = count * size - vocabulary
  const whole =
    missing === 0
      ? weights
      : np.pad(weights, [
          [0, 0],
          [0, missing],
        ])
  const blocks = whole.reshape([rows, count, size])
  const sums = runningSums(jax, np.sum(blocks.ref, -1))
  const totals = sums.ref.slice([], [count - 1, count])
  const threshold = uniforms.reshape([rows, 1]).mul(totals)
  const block = passed(jax, sums.ref, threshold.ref)
  const before = np.max(np.where(isPassed(jax, sums.ref, threshold.ref), sums, 0), -1, { keepdims: true })
  const places = np.arange(rows).astype(np.float32).mul(count).add(block.ref)
  const within = runningSums(jax, blocks.reshape([rows * count, size]).slice(places.astype(np.int32)))
  return block.mul(size).add(passed(jax, within, threshold.sub(before)))
}

/** A power of two up to 128 that divides the vocabulary, or 128. */
function blockSize(vocabulary: number): number {
  for (let size = 128; size >= 8; size /= 2) if (vocabulary % size === 0) return size
  return 128
}

/** [C, n] to its sums from the left. */
function runningSums(jax: Jax, x: Array_): Array_ {
  const { numpy: np } = jax
  const count = x.shape[1] as number
  const index = (shape: number[]): Array_ => np.arange(count).astype(np.float32).reshape(shape)
  const isEarlier = np.lessEqual(index([count, 1]), index([1, count]))
  return np.matmul(x, isEarlier.astype(np.float32))
}

/** Which sums lie at or below the threshold [C, 1]; never the first that reaches the last one. */
function isPassed(jax: Jax, sums: Array_, threshold: Array_): Array_ {
  const { numpy: np } = jax
  const count = sums.shape[1] as number
  const last = sums.ref.slice([], [count - 1, count])
  return np.logicalAnd(np.lessEqual(sums.ref, threshold), np.less(sums, last))
}

/** How many are passed, as float32 [C]. */
function passed(jax: Jax, sums: Array_, threshold: Array_): Array_ {
  return jax.numpy.sum(isPassed(jax, sums, threshold).astype(jax.numpy.float32), -1)
}
