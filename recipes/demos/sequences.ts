/** The first sequences of each training question, before there is a selector to ask: retrieval, similarity, chance. */
import { type Rng, randomFor } from '../../src/core/random.ts'
import type { PooledQuery, SelectorFeatures } from '../../src/demonstrations/selector/index.ts'

export interface SequencePlan {
  readonly shots: number
  /** Sequences in all, distinct. */
  readonly count: number
  /** Of them drawn by similarity (Plackett-Luce on cosine / temperature), after the most similar of the pool. */
  readonly similar: number
  readonly temperature: number
  readonly seed: number
}

/** Positions in the pool, in pick order. */
export function firstSequences(
  { query, pool }: PooledQuery,
  features: SelectorFeatures,
  { shots, count, similar, temperature, seed }: SequencePlan,
): number[][] {
  const rng = randomFor(seed, 'first-sequences', query)
  const scores = pool.map((row) => cosine(features, query, row) / temperature)
  const best = pool.map((_, position) => position).sort((a, b) => (scores[b] as number) - (scores[a] as number))
  const found = new Map<string, number[]>()
  const add = (sequence: number[]): void => {
    if (!found.has(sequence.join())) found.set(sequence.join(), sequence)
  }
  add(best.slice(0, shots))
  // Similar draws may repeat themselves; chance fills what is missing.
  for (let attempt = 0; found.size < 1 + similar && attempt < 20 * similar; attempt++)
    add(drawSequence(scores, shots, rng))
  const even = pool.map(() => 0)
  while (found.size < count) add(drawSequence(even, shots, rng))
  return [...found.values()]
}

/** Gumbel-max: as drawing one after another without replacement from the softmax of the scores. */
function drawSequence(scores: readonly number[], shots: number, rng: Rng): number[] {
  return scores
    .map((score, position) => ({ position, key: score - Math.log(-Math.log(1 - rng.next()) + Number.MIN_VALUE) }))
    .sort((a, b) => b.key - a.key)
    .slice(0, shots)
    .map(({ position }) => position)
}

function cosine({ width, queries, candidates }: SelectorFeatures, query: number, candidate: number): number {
  let [product, first, second] = [0, 0, 0]
  for (let i = 0; i < width; i++) {
    const a = queries[query * width + i] as number
    const b = candidates[candidate * width + i] as number
    product += a * b
    first += a * a
    second += b * b
  }
  return product / Math.sqrt(Math.max(Number.MIN_VALUE, first * second))
}
