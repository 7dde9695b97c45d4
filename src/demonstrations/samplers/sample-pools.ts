/**
 * Samplers of candidate pools: `random`, `text-similar`, `image-similar`, and `mixed` (half random, a quarter similar by
 * text, a quarter by picture). The query, and every row that is the same question about the same picture, is out before
 * anything is drawn; what one part of a mixed pool took is out for the next. So a pool has exactly the size asked for,
 * without overlaps and without the query.
 */
import { randomFor } from '../../core/random.ts'
import { dataError, makePool, type QuestionIndex } from '../data/index.ts'
import type { Embeddings, Pool, Question } from '../schema.ts'
import { nearestRows } from './nearest-rows.ts'

export const samplerNames = ['random', 'text-similar', 'image-similar', 'mixed'] as const
export type SamplerName = (typeof samplerNames)[number]

/** Embeddings of the index and of the queries, made alike. Rows of `index` are the index's rows. */
export interface SimilaritySpace {
  readonly index: Embeddings
  readonly queries: Embeddings
}

export interface SamplerOptions {
  readonly sampler: SamplerName
  /** Demonstrations in a pool. */
  readonly size: number
  readonly seed: number
  /** Needed by `text-similar` and `mixed`. */
  readonly text?: SimilaritySpace
  /** Needed by `image-similar` and `mixed`. */
  readonly image?: SimilaritySpace
}

/** Shares of `mixed`; random takes the rest. */
const mixedShare = 0.25

/** @returns a pool for each query, in their order; the order within a pool is shuffled and says nothing. */
export function samplePools(queries: readonly Question[], index: QuestionIndex, options: SamplerOptions): Pool[] {
  const { sampler, size, seed } = options
  const same = sameQuestions(index)
  return queries.map((query, position) => {
    const out = new Set(same(query))
    const available = index.questions.length - out.size
    if (size > available) {
      throw dataError(
        'pool-size',
        `a pool of ${size} was asked for, and the index has ${available} questions other than ${query.id}.`,
        'Ask for smaller pools, or give a larger index.',
      )
    }
    const taken: number[] = []
    const take = (rows: readonly number[]): void => {
      for (const row of rows) {
        taken.push(row)
        out.add(row)
      }
    }
    const similar = (kind: 'text' | 'image', count: number): void => {
      const space = spaceOf(options, kind)
      const { width, rows } = space.queries
      const vector = rows.subarray(position * width, (position + 1) * width)
      take(nearestRows(vector, space.index, { count, isOut: (row) => out.has(row) }))
    }
    if (sampler === 'text-similar') similar('text', size)
    if (sampler === 'image-similar') similar('image', size)
    if (sampler === 'mixed') {
      similar('text', Math.floor(size * mixedShare))
      similar('image', Math.floor(size * mixedShare))
    }
    const rng = randomFor(seed, 'pool', query.id)
    while (taken.length < size) {
      const row = rng.integer(index.questions.length)
      if (!out.has(row)) take([row])
    }
    return makePool(
      query.id,
      rng.shuffle(taken).map((row) => (index.questions[row] as Question).id),
    )
  })
}

/**
 * Ids of the whole index from the most similar on, for retrieval baselines.
 * @param count of ids for each query.
 */
export function rankSimilar(
  queries: readonly Question[],
  index: QuestionIndex,
  { space, count }: { readonly space: SimilaritySpace; readonly count: number },
): string[][] {
  const same = sameQuestions(index)
  return queries.map((query, position) => {
    const out = new Set(same(query))
    const { width, rows } = space.queries
    const vector = rows.subarray(position * width, (position + 1) * width)
    return nearestRows(vector, space.index, { count, isOut: (row) => out.has(row) }).map(
      (row) => (index.questions[row] as Question).id,
    )
  })
}

/** Rows of the index that are the query: by id, or by the same text about the same picture. */
function sameQuestions({ questions }: QuestionIndex): (query: Question) => readonly number[] {
  const byContent = new Map<string, number[]>()
  const byId = new Map<string, number>()
  for (const [row, question] of questions.entries()) {
    byId.set(question.id, row)
    const key = contentKey(question)
    const list = byContent.get(key)
    if (list === undefined) byContent.set(key, [row])
    else list.push(row)
  }
  return (query) => {
    const own = byId.get(query.id)
    return [...(byContent.get(contentKey(query)) ?? []), ...(own === undefined ? [] : [own])]
  }
}

/** Questions without a picture are the same where their text is. */
function contentKey({ id, imageId, question }: Question): string {
  return JSON.stringify([imageId === id ? null : imageId, question.trim().toLowerCase()])
}

function spaceOf(options: SamplerOptions, kind: 'text' | 'image'): SimilaritySpace {
  const space = options[kind]
  if (space !== undefined) return space
  throw dataError(
    'no-embeddings',
    `the sampler ${options.sampler} needs embeddings of the ${kind === 'text' ? 'questions' : 'pictures'}.`,
    'Give them, or take the sampler random.',
  )
}
