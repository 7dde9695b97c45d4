/** Embeddings in memory: rows of length 1 with ids. Looked up by id, joined, and put into the order of questions. */
import { dataError } from '../data/index.ts'
import type { Embeddings } from '../schema.ts'

/**
 * Checks and scales each row to length 1; a row of zeros stays.
 * @throws BatonError for numbers that are not finite, rows that do not match the ids, repeated ids.
 */
export function makeEmbeddings(ids: readonly string[], rows: Float32Array, source: string): Embeddings {
  const width = ids.length === 0 ? 0 : rows.length / ids.length
  if (!Number.isInteger(width) || width === 0) {
    throw dataError(
      'embedding-rows',
      `${source} has ${rows.length} numbers for ${ids.length} ids: that is no whole number for each.`,
      'Give as many rows as ids.',
    )
  }
  if (new Set(ids).size !== ids.length) {
    throw dataError('repeated-id', `${source} names an id twice.`, 'Give each row one id.')
  }
  const scaled = new Float32Array(rows.length)
  for (let row = 0; row < ids.length; row++) {
    let square = 0
    for (let i = row * width; i < (row + 1) * width; i++) square += (rows[i] as number) ** 2
    if (!Number.isFinite(square)) {
      throw dataError('embedding-numbers', `${source}: the row of ${ids[row]} is not finite.`, 'Make the file again.')
    }
    const factor = square === 0 ? 0 : 1 / Math.sqrt(square)
    for (let i = row * width; i < (row + 1) * width; i++) scaled[i] = (rows[i] as number) * factor
  }
  return { ids, width, rows: scaled, source }
}

/** Rows in the order of `ids`. @throws BatonError that names the first id without an embedding. */
export function rowsFor(embeddings: Embeddings, ids: readonly string[]): Embeddings {
  const { width, rows, source } = embeddings
  const places = new Map(embeddings.ids.map((id, row) => [id, row]))
  const result = new Float32Array(ids.length * width)
  ids.forEach((id, row) => {
    const place = places.get(id)
    if (place === undefined) {
      const missing = ids.filter((one) => !places.has(one)).length
      throw dataError(
        'no-embedding',
        `${source} has no embedding of ${id} (${missing} of ${ids.length} are missing).`,
        'Make the embeddings for all questions of the index and of the queries.',
      )
    }
    result.set(rows.subarray(place * width, (place + 1) * width), row * width)
  })
  return { ids, width, rows: result, source }
}

/** Side by side, with equal weight; both must have the same ids in the same order. */
export function joinEmbeddings(a: Embeddings, b: Embeddings): Embeddings {
  if (a.ids.length !== b.ids.length || a.ids.some((id, row) => id !== b.ids[row])) {
    throw dataError('embedding-ids', `${a.source} and ${b.source} are not about the same ids.`, 'Join like with like.')
  }
  const width = a.width + b.width
  const rows = new Float32Array(a.ids.length * width)
  for (let row = 0; row < a.ids.length; row++) {
    rows.set(a.rows.subarray(row * a.width, (row + 1) * a.width), row * width)
    rows.set(b.rows.subarray(row * b.width, (row + 1) * b.width), row * width + a.width)
  }
  return makeEmbeddings(a.ids, rows, `${a.source} + ${b.source}`)
}
