/** Writes a GGUF file, version 3, one tensor at a time. */
import { open } from 'node:fs/promises'
import { encodeNumbers } from '../stored-numbers.ts'
import { countOf } from '../tensor-source.ts'
import { blockOf } from './dequantise.ts'
import { defaultAlignment, tensorTypeNames, valueTypes } from './gguf-types.ts'
import { quantiseQ8 } from './quantise.ts'

type Scalar = 'string' | 'uint32' | 'int32' | 'float32' | 'bool'

export type TypedValue =
  | { readonly type: Scalar; readonly value: string | number | boolean }
  | { readonly type: 'array'; readonly of: Scalar; readonly values: readonly (string | number | boolean)[] }

export const ggufWritableTypes = ['F32', 'F16', 'Q8_0'] as const
export type GgufWritableType = (typeof ggufWritableTypes)[number]

export interface GgufTensorToWrite {
  readonly name: string
  /** Row-major. */
  readonly shape: readonly number[]
  readonly type: GgufWritableType
  read(): Promise<Float32Array>
}

export interface GgufContent {
  readonly metadata: Readonly<Record<string, TypedValue>>
  readonly tensors: readonly GgufTensorToWrite[]
}

/** @param path must not exist. @param onTensor is called after each, with the bytes written and those in all. */
export async function writeGguf(
  path: string,
  content: GgufContent,
  onTensor: (bytes: number, totalBytes: number) => void = () => {},
): Promise<void> {
  const sizes = content.tensors.map(({ shape, type }) => byteLength(shape, type))
  const total = sizes.reduce((sum, size) => sum + padded(size), 0)
  const file = await open(path, 'wx')
  try {
    const header = encodeHeader(content, sizes)
    await file.writeFile(header)
    await file.writeFile(new Uint8Array(padded(header.length) - header.length))
    let written = 0
    for (const { read, type } of content.tensors) {
      const bytes = encode(await read(), type)
      await file.writeFile(bytes)
      await file.writeFile(new Uint8Array(padded(bytes.length) - bytes.length))
      written += padded(bytes.length)
      onTensor(written, total)
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

const padded = (length: number): number => Math.ceil(length / defaultAlignment) * defaultAlignment

function byteLength(shape: readonly number[], type: GgufWritableType): number {
  const { size, bytes } = blockOf(type) as { size: number; bytes: number }
  return (countOf(shape) / size) * bytes
}

const encode = (values: Float32Array, type: GgufWritableType): Uint8Array =>
  type === 'Q8_0' ? quantiseQ8(values) : encodeNumbers(values, type)

function encodeHeader({ metadata, tensors }: GgufContent, sizes: readonly number[]): Uint8Array {
  const pieces: Uint8Array[] = []
  const number = (bytes: number, write: (view: DataView) => void): void => {
    const piece = new Uint8Array(bytes)
    write(new DataView(piece.buffer))
    pieces.push(piece)
  }
  const uint32 = (value: number): void => number(4, (view) => view.setUint32(0, value, true))
  const uint64 = (value: number): void => number(8, (view) => view.setBigUint64(0, BigInt(value), true))
  const string = (text: string): void => {
    const bytes = new TextEncoder().encode(text)
    uint64(bytes.length)
    pieces.push(bytes)
  }
  const scalar = (type: Scalar, value: string | number | boolean): void => {
    if (type === 'string') string(String(value))
    else if (type === 'bool') pieces.push(Uint8Array.of(value === true ? 1 : 0))
    else if (type === 'float32') number(4, (view) => view.setFloat32(0, Number(value), true))
    else if (type === 'int32') number(4, (view) => view.setInt32(0, Number(value), true))
    else uint32(Number(value))
  }
  pieces.push(new TextEncoder().encode('GGUF'))
  uint32(3)
  uint64(tensors.length)
  uint64(Object.keys(metadata).length)
  for (const [key, value] of Object.entries(metadata)) {
    string(key)
    uint32(valueTypes[value.type])
    if (value.type === 'array') {
      uint32(valueTypes[value.of])
      uint64(value.values.length)
      for (const element of value.values) scalar(value.of, element)
    } else scalar(value.type, value.value)
  }
  let offset = 0
  tensors.forEach(({ name, shape, type }, i) => {
    string(name)
    uint32(shape.length)
    for (const extent of shape.toReversed()) uint64(extent)
    uint32(numberOf(type))
    uint64(offset)
    offset += padded(sizes[i] as number)
  })
  return Buffer.concat(pieces)
}

const numberOf = (type: GgufWritableType): number =>
  Number(Object.entries(tensorTypeNames).find(([, name]) => name === type)?.[0])
