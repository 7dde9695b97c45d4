/** Choosing a token from a distribution: greedy, whole, its nucleus or its most likely tokens. One uniform number a token. */
import type { SampleOptions } from './policy-engine.ts'
import type { Draw, DrawnTokens } from './sample-completions.ts'

/** Next-token distributions on the host, at the temperature of the draw. */
export interface NextTokens {
  /** [B, V] */
  readonly logprobs: Float32Array
  /** [B, V], unnormalised, the largest of each row 1. */
  readonly weights: Float32Array
  readonly vocabularySize: number
}

/** Draws for as many rows as `rows` has; the i-th from distribution `rows[i]`. */
export function drawTokens(
  next: NextTokens,
  rows: readonly number[],
  { options, uniforms, allowed }: Draw,
): DrawnTokens {
  const { vocabularySize } = next
  const drawn = rows.map((row, i) => {
    const uniform = uniforms[i] as number
    const among = allowed?.[i] ?? null
    if (among !== null) return drawAmong(next, among, { row, options, uniform })
    const token = chooseToken(next.weights, { row, vocabularySize }, options, uniform)
    return { token, logprob: next.logprobs[row * vocabularySize + token] as number }
  })
  return { tokens: drawn.map(({ token }) => token), logprobs: drawn.map(({ logprob }) => logprob) }
}

/** Draws from the distribution renormalised over `among`, the tokens that are allowed. */
function drawAmong(
  { logprobs, vocabularySize }: NextTokens,
  among: Int32Array,
  { row, options, uniform }: { readonly row: number; readonly options: SampleOptions; readonly uniform: number },
): { readonly token: number; readonly logprob: number } {
  const own = Array.from(among, (token) => logprobs[row * vocabularySize + token] as number)
  const peak = own.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  const weights = Float32Array.from(own, (value) => Math.exp(value - peak))
  const place = chooseToken(weights, { row: 0, vocabularySize: among.length }, options, uniform)
  const total = own.reduce((sum, value) => sum + Math.exp(value - peak), 0)
  return { token: among[place] as number, logprob: (own[place] as number) - peak - Math.log(total) }
}

/**
 * @param weights unnormalised probabilities of all rows, [B, V], the largest of each row 1.
 * @param uniform in [0, 1).
 * @returns the token of row `row`; ties and rounding go to the lower, respectively last possible, token.
 */
export function chooseToken(
  weights: Float32Array,
  { row, vocabularySize }: { readonly row: number; readonly vocabularySize: number },
  options: SampleOptions,
  uniform: number,
): number {
  const start = row * vocabularySize
  if (options.temperature === 0) return largest(weights, start, vocabularySize)
  const { topP, topK = 0 } = options
  const isTopK = topK > 0 && topK < vocabularySize
  if (topP < 1 || isTopK) {
    return chooseFromLikeliest(
      weights,
      { start, vocabularySize },
      { topP, topK: isTopK ? topK : vocabularySize },
      uniform,
    )
  }
  let total = 0
  for (let i = 0; i < vocabularySize; i++) total += weights[start + i] as number
  const threshold = uniform * total
  let sum = 0
  let last = 0
  for (let i = 0; i < vocabularySize; i++) {
    const weight = weights[start + i] as number
    if (weight > 0) last = i
    sum += weight
    if (sum > threshold) return i
  }
  return last
}

function largest(weights: Float32Array, start: number, count: number): number {
  let best = 0
  for (let i = 1; i < count; i++) {
    if ((weights[start + i] as number) > (weights[start + best] as number)) best = i
  }
  return best
}

/** Draws among the `topK` most likely tokens, of them the fewest that hold `topP` of their probability (arXiv:1904.09751). */
function chooseFromLikeliest(
  weights: Float32Array,
  { start, vocabularySize }: { readonly start: number; readonly vocabularySize: number },
  { topP, topK }: { readonly topP: number; readonly topK: number },
  uniform: number,
): number {
  const row = weights.subarray(start, start + vocabularySize)
  const order = Array.from(row, (weight, token) => ({ weight, token }))
    .sort((a, b) => b.weight - a.weight || a.token - b.token)
    .slice(0, topK)
  const total = order.reduce((sum, { weight }) => sum + weight, 0)
  let size = 0
  let held = 0
  while (size < order.length && held < topP * total) {
    held += order[size]?.weight ?? 0
    size += 1
  }
  const threshold = uniform * held
  let sum = 0
  for (const { weight, token } of order.slice(0, size)) {
    sum += weight
    if (sum > threshold) return token
  }
  return order[size - 1]?.token ?? 0
}
