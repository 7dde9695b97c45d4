/**
 * Safetensors of a model, one tensor at a time: `model.safetensors`, or the shards that `model.safetensors.index.json`
 * lists. `src/tensor` reads whole files of its own; this one reads what others wrote and need not fit into memory twice.
 */
import { existsSync } from 'node:fs'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isObject } from './json-values.ts'
import { modelFileError } from './model-file-error.ts'
import { bytesPerNumber, decodeNumbers, isStoredType, type StoredType } from './stored-numbers.ts'
import { countOf, type TensorSource } from './tensor-source.ts'

/** The format's own limit. */
const maxHeaderBytes = 100_000_000

interface Place {
  readonly shape: readonly number[]
  readonly storedType: StoredType
  /** First byte in the file. */
  readonly start: number
}

/** One file. @param path of a `.safetensors`. */
export async function openWeightsFile(path: string): Promise<TensorSource> {
  const file = await open(path).catch((cause: unknown) => {
    throw modelFileError(`${path} cannot be read`, 'Check the path and its permissions.', cause)
  })
  try {
    const tensors = await readHeader(file, path)
    return {
      where: path,
      tensors,
      async read(name) {
        const place = tensors.get(name)
        if (place === undefined) throw modelFileError(`${path} has no tensor ${name}`)
        const bytes = await readBytes(file, { start: place.start, length: byteLength(place), where: path })
        return decodeNumbers(bytes, place.storedType)
      },
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

/** The model of a folder, sharded or not. */
export async function openModelWeights(folder: string): Promise<TensorSource> {
  const whole = join(folder, 'model.safetensors')
  if (existsSync(whole)) return openWeightsFile(whole)
  const index = `${whole}.index.json`
  if (existsSync(index)) return openShards(folder, index)
  const isPickled = existsSync(join(folder, 'pytorch_model.bin'))
  throw modelFileError(
    `${folder} has no model.safetensors${isPickled ? ' (pytorch_model.bin is not read: such files can run code)' : ''}`,
    'Use a folder with model.safetensors, or with model.safetensors.index.json and its shards.',
  )
}

/** Names of the files that hold a folder's weights. */
export async function weightFiles(folder: string): Promise<string[]> {
  if (existsSync(join(folder, 'model.safetensors'))) return ['model.safetensors']
  const index = join(folder, 'model.safetensors.index.json')
  return existsSync(index) ? [...new Set(Object.values(await readIndex(index)))] : []
}

async function openShards(folder: string, index: string): Promise<TensorSource> {
  const shardOf = await readIndex(index)
  const shards = new Map<string, TensorSource>()
  const close = async (): Promise<void> => {
    for (const shard of shards.values()) await shard.close()
  }
  try {
    for (const name of new Set(Object.values(shardOf))) shards.set(name, await openWeightsFile(join(folder, name)))
    const holders = Object.entries(shardOf).map(([tensor, shard]) => {
      const source = shards.get(shard) as TensorSource
      const found = source.tensors.get(tensor)
      if (found === undefined) throw modelFileError(`${index}: ${shard} does not hold ${tensor}`)
      return [tensor, { source, found }] as const
    })
    const places = new Map(holders)
    const extra = [...shards.values()].flatMap(({ tensors }) => [...tensors.keys()]).find((name) => !places.has(name))
    if (extra !== undefined) throw modelFileError(`${index} does not list ${extra}, which one of its shards holds`)
    return {
      where: index,
      tensors: new Map(holders.map(([name, { found }]) => [name, found])),
      async read(name) {
        const holder = places.get(name)
        if (holder === undefined) throw modelFileError(`${index} has no tensor ${name}`)
        return holder.source.read(name)
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Tensor name to file name. A file outside of the folder is refused. */
async function readIndex(path: string): Promise<Readonly<Record<string, string>>> {
  const value = parseJson(await readFile(path, 'utf8'), path)
  const map = isObject(value) ? value['weight_map'] : undefined
  if (!isObject(map) || Object.keys(map).length === 0) throw modelFileError(`${path} has no weight_map`)
  for (const file of Object.values(map)) {
    if (typeof file !== 'string' || !/^[\w][\w.-]*$/.test(file)) {
      throw modelFileError(`${path}: ${JSON.stringify(file)} is not the name of a file beside it`)
    }
  }
  return map as Record<string, string>
}

async function readHeader(file: FileHandle, path: string): Promise<Map<string, Place>> {
  const { size } = await file.stat()
  const damaged = (problem: string): Error => modelFileError(`${path} is not a whole safetensors file: ${problem}`)
  if (size < 8) throw damaged('it has no header')
  const first = await readBytes(file, { start: 0, length: 8, where: path })
  const length = new DataView(first.buffer, first.byteOffset).getBigUint64(0, true)
  if (length > BigInt(Math.min(maxHeaderBytes, size - 8))) throw damaged(`its header would have ${length} bytes`)
  const bytes = await readBytes(file, { start: 8, length: Number(length), where: path })
  const header = parseJson(new TextDecoder().decode(bytes), path)
  if (!isObject(header)) throw damaged('its header is not an object')
  const body = 8 + Number(length)
  const tensors = new Map<string, Place>()
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue
    const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {}
    if (!isStoredType(dtype)) {
      const hint = 'Use a model whose weights are F32, F16 or BF16, or its GGUF file.'
      throw modelFileError(`${path}: tensor ${name} has the type ${JSON.stringify(dtype)}`, hint)
    }
    const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
    if (!Array.isArray(shape) || !shape.every(isCount) || !Array.isArray(offsets) || !offsets.every(isCount)) {
      throw damaged(`tensor ${name} has no shape or place`)
    }
    const [start = 0, end = 0] = offsets as number[]
    const place = { shape: shape as number[], storedType: dtype, start: body + start }
    if (end - start !== byteLength(place)) throw damaged(`tensor ${name} does not fill its shape`)
    if (body + end > size) throw damaged(`tensor ${name} is cut off`)
    tensors.set(name, place)
  }
  return tensors
}

const byteLength = ({ shape, storedType }: Omit<Place, 'start'>): number => countOf(shape) * bytesPerNumber[storedType]

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw modelFileError(`${path} holds no JSON where it should`, undefined, cause)
  }
}

/** @throws BatonError where the file ends before. */
export async function readBytes(
  file: FileHandle,
  { start, length, where }: { readonly start: number; readonly length: number; readonly where: string },
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length)
  // One read system call takes at most 2 GB.
  const most = 2 ** 30
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(bytes, at, Math.min(most, length - at), start + at)
    if (bytesRead === 0) throw modelFileError(`${where} ends before byte ${start + length}`)
    at += bytesRead
  }
  return bytes
}
