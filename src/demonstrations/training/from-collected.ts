/** From collected sequences, by id, to what a selector reads: rows of embeddings and positions in pools. */
import { BatonError } from '../../core/failure.ts'
import type { Embeddings } from '../schema.ts'
import type { SelectorFeatures } from '../selector/index.ts'
import type { JudgedGroup } from './groups.ts'
import type { SequenceInput } from './sequence-input.ts'

export interface EmbeddingTables {
  /** Of the queries; may be the same as `candidates`. */
  readonly queries: Embeddings
  /** Of the index. */
  readonly candidates: Embeddings
}

/** @throws BatonError where the two do not come from one encoder. */
export function featuresOf({ queries, candidates }: EmbeddingTables): SelectorFeatures {
  if (queries.width !== candidates.width) {
    throw new BatonError(
      `${queries.source} has ${queries.width} numbers a row, ${candidates.source} has ${candidates.width}.`,
      { boundary: 'dataset', code: 'embedding-width', hint: 'Embed both with one encoder.' },
    )
  }
  return { width: candidates.width, queries: queries.rows, candidates: candidates.rows }
}

/** @throws BatonError where an id has no embedding. */
export function judgedGroups({ groups }: Pick<SequenceInput, 'groups'>, tables: EmbeddingTables): JudgedGroup[] {
  const queryRows = rowsById(tables.queries)
  const candidateRows = tables.candidates === tables.queries ? queryRows : rowsById(tables.candidates)
  return groups.map(({ queryId, poolIds, sequences }) => ({
    query: rowOf(queryRows, queryId, `query ${queryId}`),
    pool: poolIds.map((id) => rowOf(candidateRows, id, `demonstration ${id} of query ${queryId}`)),
    sequences,
  }))
}

function rowsById({ ids }: Embeddings): ReadonlyMap<string, number> {
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
