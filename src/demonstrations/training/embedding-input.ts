/**
 * Embeddings as training reads them, from one safetensors file: `candidate_embeddings` [M, d] and, where the queries are
 * others than the index, `query_embeddings` [Q, d]; F32, F16 or BF16. Ids stand in the metadata as JSON lists
 * (`candidate_ids`, `query_ids`); without them an id is a row's number.
 */
import { BatonError } from '../../core/failure.ts'
import { decodeSafetensors, type SafetensorsFile } from '../../tensor/index.ts'
import type { Embeddings } from '../schema.ts'
import type { EmbeddingTables } from './from-collected.ts'

/** @param where names the file in errors. */
export function parseEmbeddings(bytes: Uint8Array, where: string): EmbeddingTables {
  const file = decodeSafetensors(bytes, where)
  const candidates = tableOf(file, 'candidate', where)
  return { candidates, queries: file.tensors.has('query_embeddings') ? tableOf(file, 'query', where) : candidates }
}

function tableOf({ tensors, metadata }: SafetensorsFile, what: 'query' | 'candidate', where: string): Embeddings {
  const name = `${what}_embeddings`
  const tensor = tensors.get(name)
  if (tensor === undefined) throw embeddingsError(`${where} has no tensor ${name}.`)
  const [count, width, ...rest] = tensor.shape
  const { data } = tensor
  if (!(data instanceof Float32Array) || count === undefined || !width || rest.length > 0) {
    throw embeddingsError(
      `${where}: ${name} has shape [${tensor.shape.join(', ')}]; it is a matrix of floats, a row an id.`,
    )
  }
  const wrong = data.findIndex((value) => !Number.isFinite(value))
  if (wrong !== -1) {
    throw embeddingsError(`${where}: row ${Math.floor(wrong / width)} of ${name} has a number that is not finite.`)
  }
  return { ids: idsOf(metadata[`${what}_ids`], count, `${where}: ${what}_ids`), width, rows: data, source: where }
}

function idsOf(list: string | undefined, count: number, where: string): string[] {
  if (list === undefined) return Array.from({ length: count }, (_, row) => String(row))
  let ids: unknown
  try {
    ids = JSON.parse(list)
  } catch {
    ids = null
  }
  if (!Array.isArray(ids) || ids.length !== count) throw embeddingsError(`${where} is no JSON list of ${count} ids.`)
  const names = ids.map(String)
  if (new Set(names).size !== count) throw embeddingsError(`${where} has an id twice.`)
  return names
}

function embeddingsError(message: string): BatonError {
  return new BatonError(message, {
    boundary: 'dataset',
    code: 'embeddings-file',
    hint: 'Write query_embeddings and candidate_embeddings as matrices, with query_ids and candidate_ids in the metadata.',
  })
}
