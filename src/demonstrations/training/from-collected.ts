/** From collected sequences, by id, to what a selector reads: rows of embeddings and positions in pools. */
import { BatonError } from '../../core/failure.ts'
import type { Embeddings, SequenceData } from '../schema.ts'
import type { SelectorFeatures } from '../../engines/pointer/index.ts'
import type { JudgedGroup } from './groups.ts'

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

/**
 * @param stopAt for a selector that can stop: the longest sequence it is to pick; shorter ones then end with STOP, which
 * the file does not hold. null for others.
 * @throws BatonError where an id has no embedding.
 */
export function groupsByRow(
  { groups }: Pick<SequenceData, 'groups'>,
  tables: EmbeddingTables,
  stopAt: number | null = null,
): JudgedGroup[] {
  const queryRows = rowsById(tables.queries)
  const candidateRows = tables.candidates === tables.queries ? queryRows : rowsById(tables.candidates)
  return groups.map(({ query, pool, candidates }) => ({
    query: rowOf(queryRows, query.id, `query ${query.id}`),
    pool: pool.ids.map((id) => rowOf(candidateRows, id, `demonstration ${id} of query ${query.id}`)),
    sequences: candidates.map(({ picks, verdict, beamScore }) => ({
      picks: stopAt !== null && picks.length < stopAt ? [...picks, pool.ids.length] : picks,
      verdict: verdict === null ? null : { ...verdict, beamScore },
    })),
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
