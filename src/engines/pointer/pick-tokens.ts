/**
 * Picks as tokens: the token of a demonstration is its row in the index, STOP ends the text, and a query has a token of
 * its own. A prompt is the query and then its pool. As text a completion is the ids of what was picked.
 */
import { BatonError } from '../../core/failure.ts'
import type { Tokenizer } from '../policy-engine.ts'

/** Embeddings by row; the rows have names. */
export interface EmbeddingTable {
  /** [N], distinct. */
  readonly ids: readonly string[]
  readonly width: number
  /** [N, width] */
  readonly rows: Float32Array
}

export interface PickTables {
  /** Of the queries; may be the same as `candidates`. */
  readonly queries: EmbeddingTable
  /** Of the index. */
  readonly candidates: EmbeddingTable
}

/** Which token means what. */
export interface PickTokens {
  /** Rows of the index: their tokens are 0 to `candidates` - 1, that of STOP is `candidates`. */
  readonly candidates: number
  readonly queries: number
}

/** A query with its pool, as rows of the tables. */
export interface PooledQuery {
  readonly query: number
  /** Positions in this list are what pointers mean. */
  readonly pool: readonly number[]
}

export interface PickTokenizer extends Tokenizer {
  /** @throws BatonError where an id has no embedding. */
  promptOf(queryId: string, pool: readonly string[]): number[]
  /** Ids of picked demonstrations; STOP is left out. */
  idsOf(tokens: readonly number[]): string[]
}

export function pickPromptTokens({ candidates }: PickTokens, { query, pool }: PooledQuery): number[] {
  return [candidates + 1 + query, ...pool]
}

/** @throws BatonError for a prompt that is not a query with a pool of distinct demonstrations. */
export function readPrompt({ candidates, queries }: PickTokens, prompt: readonly number[]): PooledQuery {
  const [first, ...pool] = prompt
  const query = (first ?? -1) - candidates - 1
  if (!(query >= 0 && query < queries)) throw promptError('does not begin with a query')
  if (pool.length === 0) throw promptError('has no pool')
  if (!pool.every((row) => row >= 0 && row < candidates))
    throw promptError('has something else than demonstrations in its pool')
  if (new Set(pool).size !== pool.length) throw promptError('has a demonstration twice in its pool')
  return { query, pool }
}

export function createPickTokenizer({ queries, candidates }: PickTables): PickTokenizer {
  const count = candidates.ids.length
  const candidateRows = rowsById(candidates)
  const queryRows = queries === candidates ? candidateRows : rowsById(queries)
  const idsOf = (tokens: readonly number[]): string[] =>
    tokens.filter((token) => token < count).map((token) => candidates.ids[token] as string)
  return {
    vocabularySize: count + 1 + queries.ids.length + 1,
    endOfTextId: count,
    padId: count + 1 + queries.ids.length,
    promptOf: (queryId, pool) =>
      pickPromptTokens(
        { candidates: count, queries: queries.ids.length },
        {
          query: rowOf(queryRows, queryId, `query ${queryId}`),
          pool: pool.map((id) => rowOf(candidateRows, id, `demonstration ${id} of query ${queryId}`)),
        },
      ),
    idsOf,
    encode: (text) =>
      text
        .split(' ')
        .filter((id) => id !== '')
        .map((id) => rowOf(candidateRows, id, `demonstration ${id}`)),
    decode: (tokens) => idsOf(tokens).join(' '),
  }
}

function rowsById({ ids }: EmbeddingTable): ReadonlyMap<string, number> {
  return new Map(ids.map((id, row) => [id, row]))
}

function rowOf(rows: ReadonlyMap<string, number>, id: string, what: string): number {
  const row = rows.get(id)
  if (row !== undefined) return row
  throw new BatonError(`${what} has no embedding.`, {
    boundary: 'dataset',
    code: 'no-embedding',
    hint: 'Give the embeddings that were made for these questions and this index.',
  })
}

function promptError(problem: string): BatonError {
  return new BatonError(`a prompt of the selector ${problem}.`, {
    boundary: 'policy',
    code: 'pick-prompt',
    hint: 'A prompt is the token of a query and then those of the demonstrations in its pool.',
  })
}
