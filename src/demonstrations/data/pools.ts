/**
 * Pools: the demonstrations that a query may be shown, as an explicit list of ids. Pointers mean positions in it. A query
 * is never in its own pool, and neither is a question with the same text about the same picture.
 */
import { hash } from 'node:crypto'
import type { Pool, Question } from '../schema.ts'
import { dataError } from './data-error.ts'
import { compareIds } from './vqa-files.ts'

/** @throws BatonError where the pool repeats an id or holds the query itself. */
export function makePool(queryId: string, ids: readonly string[]): Pool {
  if (new Set(ids).size !== ids.length) {
    throw dataError('pool-repeats', `the pool of question ${queryId} has an id twice.`, 'List each demonstration once.')
  }
  if (ids.includes(queryId)) {
    throw dataError(
      'query-in-pool',
      `question ${queryId} is in its own pool: its answer would be shown.`,
      'Leave the question itself out of its pool.',
    )
  }
  return { schemaVersion: 1, indexSpace: 'local', queryId, ids, hash: hashOf([queryId, ids]) }
}

/** sha256 over all pools, in the order of their queries' ids: files may give them in another one. */
export function hashPools(pools: readonly Pool[]): string {
  const sorted = [...pools].sort((a, b) => compareIds(a.queryId, b.queryId))
  return hashOf(sorted.map((pool) => pool.hash))
}

/** sha256 over ids, texts and answers, in order. */
export function hashQuestions(questions: readonly Question[]): string {
  return hashOf(questions.map(({ id, question, answers }) => [id, question, answers]))
}

export function hashOf(value: unknown): string {
  return hash('sha256', JSON.stringify(value))
}

/** @throws BatonError unless every pool has at least `shots` demonstrations. */
export function requireShots(pools: readonly Pool[], shots: number): void {
  const small = pools.find(({ ids }) => ids.length < shots)
  if (small === undefined) return
  throw dataError(
    'shots-exceed-pool',
    `question ${small.queryId} has ${small.ids.length} demonstrations to choose from, too few for ${shots} shots.`,
    'Ask for fewer shots, or build larger pools.',
  )
}

/** Rows of an index by id. */
export interface QuestionIndex {
  readonly questions: readonly Question[]
  readonly rowOf: (id: string) => number
  readonly byId: (id: string) => Question
  readonly hash: string
}

/** @throws BatonError for a repeated id; `rowOf` and `byId` for one that is not there. */
export function indexQuestions(questions: readonly Question[]): QuestionIndex {
  const rows = new Map<string, number>()
  for (const [row, { id }] of questions.entries()) {
    if (rows.has(id))
      throw dataError('repeated-id', `the index has the question ${id} twice.`, 'Give each question one id.')
    rows.set(id, row)
  }
  const rowOf = (id: string): number => {
    const row = rows.get(id)
    if (row !== undefined) return row
    throw dataError('unknown-id', `the index has no question ${id}.`, 'Use the index that the file was made with.')
  }
  return { questions, rowOf, byId: (id) => questions[rowOf(id)] as Question, hash: hashQuestions(questions) }
}
