/**
 * Embeddings from files: safetensors, `.npy`, and `.pt` as `torch.save` writes it (read as data, nothing in it is run). The
 * ids come from a file beside it, `<name>.ids.json` (a list) or `<name>.ids.txt` (one a line); a safetensors file may hold
 * them in its metadata as `ids`. Without any, the rows are those of the questions in their order, if they are as many.
 */
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { decodeSafetensors } from '../../tensor/index.ts'
import { isTorchFile, readTorchTensors } from '../../tensor/torch/torch-file.ts'
import { dataError, inputBytes, readJsonFile, readText } from '../data/index.ts'
import type { Embeddings } from '../schema.ts'
import { makeEmbeddings } from './embeddings.ts'
import { decodeNpy } from './npy.ts'

export interface ReadEmbeddingsOptions {
  /** Ids of the rows where no file gives them. */
  readonly order: readonly string[]
  /** The tensor of a file with several. Default: the only one of two axes. */
  readonly tensor?: string
}

/** @throws BatonError for files that are none, and where ids and rows do not match. */
export function readEmbeddings(path: string, { order, tensor }: ReadEmbeddingsOptions): Embeddings {
  const { shape, data, ids: storedIds } = readMatrix(path, tensor)
  const [count = 0] = shape
  const ids = idsBeside(path) ?? storedIds ?? order
  if (ids.length !== count) {
    const beside =
      ids === order ? `there are ${order.length} questions and no ids beside it` : `${ids.length} ids belong to it`
    throw dataError(
      'embedding-rows',
      `${path} has ${count} rows, but ${beside}.`,
      `Write the ids of its rows to ${path}.ids.json.`,
    )
  }
  return makeEmbeddings(ids, data, basename(path))
}

interface Matrix {
  readonly shape: readonly number[]
  readonly data: Float32Array
  readonly ids: readonly string[] | null
}

function readMatrix(path: string, tensor: string | undefined): Matrix {
  const bytes = inputBytes(path)
  if (bytes[0] === 0x93) return checked(path, { ...decodeNpy(bytes, path), ids: null })
  if (isTorchFile(bytes)) return checked(path, { ...choose(path, readTorchTensors(bytes, path), tensor), ids: null })
  const { tensors, metadata } = decodeSafetensors(bytes, path)
  return checked(path, { ...choose(path, tensors, tensor), ids: idsIn(metadata['ids']) })
}

interface AnyTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array
}

function choose(
  path: string,
  tensors: ReadonlyMap<string, AnyTensor>,
  name: string | undefined,
): { readonly shape: readonly number[]; readonly data: Float32Array } {
  const matrices = [...tensors].filter(([, { shape }]) => shape.length === 2)
  const [found] = name === undefined ? matrices : matrices.filter(([key]) => key === name)
  if (found === undefined || (name === undefined && matrices.length > 1)) {
    throw dataError(
      'embedding-tensor',
      `${path} holds ${matrices.length} matrices (${[...tensors.keys()].slice(0, 5).join(', ')}): it is not clear which one is meant.`,
      'Save one matrix, [rows, numbers], in a file.',
    )
  }
  const { shape, data } = found[1]
  return { shape, data: data instanceof Float32Array ? data : Float32Array.from(data) }
}

function checked(path: string, matrix: Matrix): Matrix {
  if (matrix.shape.length === 2) return matrix
  throw dataError(
    'embedding-shape',
    `${path} has shape [${matrix.shape.join(', ')}]; a matrix [rows, numbers] is needed.`,
    'Save one row a question.',
  )
}

function idsBeside(path: string): string[] | null {
  const stem = path.replace(/\.[^./\\]+$/, '')
  for (const name of [`${path}.ids.json`, `${stem}.ids.json`]) {
    if (!existsSync(name)) continue
    const parsed = readJsonFile(name)
    if (Array.isArray(parsed)) return parsed.map(String)
    throw dataError('ids', `${name} is not a list of ids.`, 'Write a JSON list with one id a row.')
  }
  for (const name of [`${path}.ids.txt`, `${stem}.ids.txt`]) {
    if (existsSync(name))
      return readText(name)
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
  }
  return null
}

function idsIn(text: string | undefined): string[] | null {
  if (text === undefined) return null
  try {
    const parsed: unknown = JSON.parse(text)
    if (Array.isArray(parsed)) return parsed.map(String)
  } catch {
    // Told below.
  }
  throw dataError('ids', 'the metadata "ids" of a safetensors file is not a JSON list.', 'Write a JSON list of ids.')
}
