/**
 * Header of a GGUF file: metadata and tensor table. Every length that the file claims is checked against the bytes that
 * are there before anything is allocated; tensors must lie inside the file. Big-endian and version 1 files are refused.
 */
import { type FileHandle, open } from 'node:fs/promises'
import { modelFileError } from '../model-file-error.ts'
import { readBytes } from '../safetensors-source.ts'
import { countOf } from '../tensor-source.ts'
import { blockOf } from './dequantise.ts'
import { defaultAlignment, type GgufMetadata, type GgufValue, tensorTypeNames, valueTypes } from './gguf-types.ts'

export interface GgufTensor {
  readonly name: string
  /** Row-major: the reverse of the file's order. */
  readonly shape: readonly number[]
  readonly type: string
  /** First byte in the file, and how many; 0 for a type that is not read. */
  readonly start: number
  readonly bytes: number
}

export interface GgufHeader {
  readonly metadata: GgufMetadata
  readonly tensors: readonly GgufTensor[]
}

const maxDepth = 4
const firstRead = 1 << 20

/** A claim that goes beyond the bytes read so far. */
class MoreNeeded extends Error {}

export async function readGgufHeader(file: FileHandle, where: string): Promise<GgufHeader> {
  const { size } = await file.stat()
  for (let length = Math.min(firstRead, size); ; length = Math.min(4 * length, size)) {
    const bytes = await readBytes(file, { start: 0, length, where })
    try {
      return parseGgufHeader(bytes, size, where)
    } catch (error) {
      if (!(error instanceof MoreNeeded)) throw error
      if (length === size) throw damaged(where, 'it ends inside its header', error)
    }
  }
}

export async function openGguf(path: string): Promise<{ readonly file: FileHandle; readonly header: GgufHeader }> {
  const file = await open(path).catch((cause: unknown) => {
    throw modelFileError(`${path} cannot be read`, 'Check the path and its permissions.', cause)
  })
  try {
    return { file, header: await readGgufHeader(file, path) }
  } catch (error) {
    await file.close()
    throw error
  }
}

function parseGgufHeader(bytes: Uint8Array, fileBytes: number, where: string): GgufHeader {
  const reader = createReader(bytes, fileBytes, where)
  if (bytes.length < 4 || reader.text(4) !== 'GGUF') throw damaged(where, 'it does not begin with GGUF')
  const version = reader.uint32()
  if (version !== 2 && version !== 3) throw damaged(where, `its version is ${version}, not 2 or 3 (little-endian)`)
  const tensorCount = reader.count(24)
  const valueCount = reader.count(13)
  const metadata = new Map<string, GgufValue>()
  for (let i = 0; i < valueCount; i++) {
    const key = reader.string()
    if (metadata.has(key)) throw damaged(where, `it has the key ${key} twice`)
    metadata.set(key, reader.value(reader.uint32(), 0))
  }
  const alignment = metadata.get('general.alignment') ?? defaultAlignment
  if (typeof alignment !== 'number' || alignment < 1 || alignment > 2 ** 20 || alignment % 8 !== 0) {
    throw damaged(where, `general.alignment is ${alignment}`)
  }
  const table = Array.from({ length: tensorCount }, () => reader.tensor())
  const body = Math.ceil(reader.position() / alignment) * alignment
  const names = new Set<string>()
  const tensors = table.map(({ offset, ...tensor }) => {
    if (names.has(tensor.name)) throw damaged(where, `it has the tensor ${tensor.name} twice`)
    names.add(tensor.name)
    const start = body + offset
    if (start + tensor.bytes > fileBytes) throw damaged(where, `tensor ${tensor.name} is cut off`)
    return { ...tensor, start }
  })
  return { metadata, tensors }
}

function createReader(bytes: Uint8Array, fileBytes: number, where: string) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const decoder = new TextDecoder()
  let at = 0
  const take = (length: number): number => {
    if (at + length > fileBytes) throw damaged(where, 'a length in its header goes beyond its end')
    if (at + length > bytes.length) throw new MoreNeeded()
    at += length
    return at - length
  }
  const text = (length: number): string => {
    const start = take(length)
    return decoder.decode(bytes.subarray(start, start + length))
  }
  const uint32 = (): number => view.getUint32(take(4), true)
  /** How many of something that takes at least `least` bytes each. */
  const count = (least: number): number => {
    const claimed = view.getBigUint64(take(8), true)
    if (claimed * BigInt(least) > BigInt(fileBytes - at)) {
      throw damaged(where, `its header claims ${claimed} entries, more than the file could hold`)
    }
    return Number(claimed)
  }
  const string = (): string => text(count(1))
  const wide = (claimed: bigint): number | bigint => {
    const small = Number(claimed)
    return Number.isSafeInteger(small) ? small : claimed
  }
  const value = (type: number, depth: number): GgufValue => {
    switch (type) {
      case valueTypes.uint8:
        return view.getUint8(take(1))
      case valueTypes.int8:
        return view.getInt8(take(1))
      case valueTypes.uint16:
        return view.getUint16(take(2), true)
      case valueTypes.int16:
        return view.getInt16(take(2), true)
      case valueTypes.uint32:
        return uint32()
      case valueTypes.int32:
        return view.getInt32(take(4), true)
      case valueTypes.float32:
        return shortest(view.getFloat32(take(4), true))
      case valueTypes.bool:
        return view.getUint8(take(1)) !== 0
      case valueTypes.string:
        return string()
      case valueTypes.uint64:
        return wide(view.getBigUint64(take(8), true))
      case valueTypes.int64:
        return wide(view.getBigInt64(take(8), true))
      case valueTypes.float64:
        return view.getFloat64(take(8), true)
      case valueTypes.array: {
        if (depth === maxDepth) throw damaged(where, 'its metadata are nested too deeply')
        const elementType = uint32()
        const length = count(1)
        return Array.from({ length }, () => value(elementType, depth + 1))
      }
      default:
        throw damaged(where, `its metadata have the unknown type ${type}`)
    }
  }
  const tensor = (): Omit<GgufTensor, 'start'> & { readonly offset: number } => {
    const name = string()
    const rank = uint32()
    if (rank > 4) throw damaged(where, `tensor ${name} has ${rank} axes`)
    const extents = Array.from({ length: rank }, () => view.getBigUint64(take(8), true))
    const type = tensorTypeNames[uint32()] ?? 'of an unknown type'
    const offset = view.getBigUint64(take(8), true)
    const numbers = extents.reduce((product, extent) => product * extent, 1n)
    // Less than one bit a number is in no format: such a shape is a lie.
    if (numbers > 8n * BigInt(fileBytes) || offset > BigInt(fileBytes)) {
      throw damaged(where, `tensor ${name} would be larger than the file`)
    }
    const shape = extents.map(Number).reverse()
    const block = blockOf(type)
    if (block !== null && (shape.at(-1) ?? 1) % block.size !== 0) {
      throw damaged(where, `the rows of tensor ${name} do not fill blocks of ${block.size}`)
    }
    const size = block === null ? 0 : (countOf(shape) / block.size) * block.bytes
    return { name, shape, type, bytes: size, offset: Number(offset) }
  }
  return { text, uint32, count, string, value, tensor, position: () => at }
}

/** The shortest decimal that is the same float32: 1e-5 for 0.000009999999747378752. */
function shortest(value: number): number {
  for (const digits of [6, 7, 8]) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return value
}

function damaged(where: string, problem: string, cause?: unknown): Error {
  return modelFileError(`${where} is not a whole GGUF file: ${problem}`, undefined, cause)
}
