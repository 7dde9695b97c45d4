/**
 * Which sequences of a query are worth judging, before or beside a selector: the most similar of the pool, draws by
 * similarity, draws of a selector, and chance. Tuples are ordered: [a, b] and [b, a] are two. Of equal tuples the first
 * source stays, in the order beam, sample, retrieval, random.
 */
import { type Rng, randomFor } from '../../core/random.ts'
import { innerProduct } from '../samplers/index.ts'
import type { CandidateSequence, Embeddings, Pool, SequenceSource } from '../schema.ts'

/** A sequence before it is judged. */
export type ProposedSequence = Omit<CandidateSequence, 'verdict' | 'failure'>

export interface SequencePlan {
  readonly seed: number
  readonly shots: number
  /** Sequences of a query in all; chance fills what the other sources leave. */
  readonly count: number
  /** Draws by similarity (Plackett-Luce on cosine / temperature), after the most similar tuple itself. */
  readonly similar: number
  readonly similarTemperature: number
}

/** Cosines of the query with each of its pool: shape [K]. */
export function poolSimilarity(
  vector: ArrayLike<number>,
  pool: Pool,
  { index, rowOf }: { readonly index: Embeddings; readonly rowOf: (id: string) => number },
): number[] {
  return pool.ids.map((id) => innerProduct(vector, index.rows, rowOf(id) * index.width, index.width))
}

/** @param similarity shape [K]. @param stream distinguishes draws for the same query, such as a round of mining. */
export function proposeSimilar(pool: Pool, similarity: readonly number[], plan: SequencePlan): ProposedSequence[] {
  const { shots, similar, similarTemperature, seed } = plan
  const best = similarity.map((_, position) => position)
  best.sort((a, b) => (similarity[b] as number) - (similarity[a] as number))
  const rng = randomFor(seed, 'similar-sequences', pool.queryId)
  const scores = similarity.map((value) => value / similarTemperature)
  const draws = Array.from({ length: similar }, () => drawn(scores, shots, rng))
  return [
    proposed('retrieval', best.slice(0, shots)),
    ...draws.map((picks) => ({ ...proposed('retrieval', picks), temperature: similarTemperature })),
  ]
}

export function proposed(source: SequenceSource, picks: readonly number[]): ProposedSequence {
  return { picks, source, beamRank: null, beamScore: null, logprob: null, temperature: null }
}

const sourceOrder: readonly SequenceSource[] = ['beam', 'sample', 'retrieval', 'random']

/**
 * Distinct sequences, at most `count`, filled up by chance; fewer where the pool has no more tuples.
 * @param known tuples that must not come again, as keys.
 */
export function distinctSequences(
  given: readonly ProposedSequence[],
  pool: Pool,
  {
    plan,
    known = new Set(),
    stream = '',
  }: {
    readonly plan: SequencePlan
    readonly known?: ReadonlySet<string>
    readonly stream?: string
  },
): ProposedSequence[] {
  const found = new Map<string, ProposedSequence>()
  const bySource = [...given].sort((a, b) => sourceOrder.indexOf(a.source) - sourceOrder.indexOf(b.source))
  for (const sequence of bySource) {
    const key = tupleKey(sequence.picks)
    if (!found.has(key) && !known.has(key) && found.size < plan.count) found.set(key, sequence)
  }
  const rng = randomFor(plan.seed, 'random-sequences', pool.queryId, stream)
  const even = pool.ids.map(() => 0)
  const most = Math.min(plan.count, tupleCount(pool.ids.length, plan.shots) - known.size)
  while (found.size < most) {
    const picks = drawn(even, plan.shots, rng)
    const key = tupleKey(picks)
    if (!found.has(key) && !known.has(key)) found.set(key, proposed('random', picks))
  }
  return [...found.values()]
}

export function tupleKey(picks: readonly number[]): string {
  return picks.join()
}

/** K (K - 1) ... */
function tupleCount(poolSize: number, shots: number): number {
  let count = 1
  for (let i = 0; i < shots; i++) count *= Math.max(0, poolSize - i)
  return count
}

/** Gumbel-max: as drawing one after another without replacement from the softmax of the scores. */
function drawn(scores: readonly number[], shots: number, rng: Rng): number[] {
  return scores
    .map((score, position) => ({ position, key: score - Math.log(-Math.log(1 - rng.next()) + Number.MIN_VALUE) }))
    .sort((a, b) => b.key - a.key)
    .slice(0, shots)
    .map(({ position }) => position)
}
