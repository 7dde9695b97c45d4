/** Arrays of numbers as raw little-endian bytes, and back; every reader copies, so that alignment does not matter. */

import { bytesOf, integerOf, integersOf, type MessageWriter, readFields, type WireField } from './protobuf.ts'
import type { DataType, TensorData } from './protocol.ts'
import { wireError } from './wire-error.ts'

/** DType of the protocol. */
export const dataTypes = { float32: 1, int64: 2, int32: 3, bfloat16: 4 } as const

const asBytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)

export function int32Bytes(values: ArrayLike<number>): Uint8Array {
  return asBytes(values instanceof Int32Array ? values : Int32Array.from(values))
}

export function float32Bytes(values: ArrayLike<number>): Uint8Array {
  return asBytes(values instanceof Float32Array ? values : Float32Array.from(values))
}

/** Two 32-bit halves a number: many times quicker than BigInt. */
export function int64Bytes(values: ArrayLike<number>): Uint8Array {
  const halves = new Int32Array(2 * values.length)
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (!Number.isSafeInteger(value)) throw wireError(`${value} is no int64`)
    halves[2 * i] = value | 0
    halves[2 * i + 1] = Math.floor(value / 4294967296)
  }
  return asBytes(halves)
}

function copied(bytes: Uint8Array, width: number, where: string): ArrayBuffer {
  if (bytes.length % width !== 0) throw wireError(`${where}: ${bytes.length} bytes are no whole ${width}-byte numbers`)
  return new Uint8Array(bytes).buffer
}

export const readInt32s = (bytes: Uint8Array, where: string): Int32Array => new Int32Array(copied(bytes, 4, where))
export const readFloat32s = (bytes: Uint8Array, where: string): Float32Array =>
  new Float32Array(copied(bytes, 4, where))

export function readInt64s(bytes: Uint8Array, where: string): Float64Array {
  const halves = new Int32Array(copied(bytes, 8, where))
  const values = new Float64Array(halves.length / 2)
  for (let i = 0; i < values.length; i++) {
    const value = (halves[2 * i + 1] as number) * 4294967296 + ((halves[2 * i] as number) >>> 0)
    if (!Number.isSafeInteger(value)) throw wireError(`${where}: the number ${value} is beyond 2^53`)
    values[i] = value
  }
  return values
}

/** Upper halves of float32. */
export function readBfloat16s(bytes: Uint8Array, where: string): Float32Array {
  const halves = new Uint16Array(copied(bytes, 2, where))
  return new Float32Array(Uint32Array.from(halves, (half) => half * 65536).buffer)
}

/** @param dataType of the protocol. int32 widens to int64, bfloat16 to float32. */
export function readNumbers(
  bytes: Uint8Array,
  dataType: number,
  where: string,
): { readonly dtype: DataType; readonly data: Float32Array | Float64Array } {
  switch (dataType) {
    case dataTypes.float32:
      return { dtype: 'float32', data: readFloat32s(bytes, where) }
    case dataTypes.int64:
      return { dtype: 'int64', data: readInt64s(bytes, where) }
    case dataTypes.int32:
      return { dtype: 'int64', data: Float64Array.from(readInt32s(bytes, where)) }
    case dataTypes.bfloat16:
      return { dtype: 'float32', data: readBfloat16s(bytes, where) }
    default:
      throw wireError(`${where}: data type ${dataType} is unknown`)
  }
}

export function writeTensor(message: MessageWriter, tensor: TensorData): void {
  const values = tensor.dtype === 'int64' ? int64Bytes(tensor.data) : float32Bytes(tensor.data)
  const { sparse_crow_indices: rows, sparse_col_indices: columns } = tensor
  if (rows === undefined || columns === undefined) message.bytes(1, values)
  else message.message(2, (sparse) => sparse.bytes(1, values).bytes(2, int64Bytes(rows)).bytes(3, int64Bytes(columns)))
  message.integer(3, dataTypes[tensor.dtype]).packedIntegers(4, tensor.shape ?? [])
}

export function readTensor(bytes: Uint8Array, where: string): TensorData {
  let values: Uint8Array = new Uint8Array(0)
  let sparse: Pick<TensorData, 'sparse_crow_indices' | 'sparse_col_indices'> = {}
  let dataType = 0
  const shape: number[] = []
  for (const field of readFields(bytes, where)) {
    if (field.number === 1) values = bytesOf(field, where)
    else if (field.number === 2) ({ values, ...sparse } = readSparse(field, where))
    else if (field.number === 3) dataType = integerOf(field, where)
    else if (field.number === 4) shape.push(...integersOf(field, where))
  }
  const tensor = { ...readNumbers(values, dataType, where), ...sparse, ...(shape.length === 0 ? {} : { shape }) }
  checkShape(tensor, where)
  return tensor
}

function readSparse(field: WireField, where: string) {
  let values: Uint8Array = new Uint8Array(0)
  let rows = new Float64Array(0)
  let columns = new Float64Array(0)
  for (const part of readFields(bytesOf(field, where), where)) {
    const bytes = part.number <= 3 ? bytesOf(part, where) : new Uint8Array(0)
    if (part.number === 1) values = bytes
    else if (part.number === 2) rows = Float64Array.from(readInt64s(bytes, where))
    else if (part.number === 3) columns = Float64Array.from(readInt64s(bytes, where))
  }
  return { values, sparse_crow_indices: rows, sparse_col_indices: columns }
}

/** @throws BatonError `wire-format` where a shape does not hold the numbers. */
export function checkShape({ shape, data, sparse_crow_indices: sparse }: TensorData, where: string): void {
  if (shape === undefined || sparse !== undefined) return
  const count = shape.reduce((product, size) => product * size, 1)
  if (count !== data.length || shape.some((size) => size < 0)) {
    throw wireError(`${where}: shape [${shape.join(', ')}] does not hold ${data.length} numbers`)
  }
}
