/**
 * Messages in protobuf (proto3) on `@bufbuild/protobuf`'s reader and writer, as far as the protocol needs them: whole
 * numbers up to 2^53, doubles, length-delimited fields. Groups are refused, unknown fields skipped. What the reader
 * objects to becomes an error of ours that says in which message.
 */
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { BatonError } from '../core/failure.ts'
import { wireError } from './wire-error.ts'

/** A message in the making. proto3: fields with their default value are left out, except in `optional` ones. */
export class MessageWriter {
  readonly #writer = new BinaryWriter()

  bytes(field: number, value: Uint8Array): this {
    this.#writer.tag(field, WireType.LengthDelimited).bytes(value)
    return this
  }

  /** @param write puts the fields of the inner message into the same writer. */
  message(field: number, write: (message: MessageWriter) => void): this {
    this.#writer.tag(field, WireType.LengthDelimited).fork()
    write(this)
    this.#writer.join()
    return this
  }

  text(field: number, value: string): this {
    if (value !== '') this.#writer.tag(field, WireType.LengthDelimited).string(value)
    return this
  }

  /** A whole number of any sign up to 2^53. */
  integer(field: number, value: number): this {
    return value === 0 ? this : this.optionalInteger(field, value)
  }

  optionalInteger(field: number, value: number): this {
    this.#writer.tag(field, WireType.Varint).int64(whole(value))
    return this
  }

  double(field: number, value: number): this {
    this.#writer.tag(field, WireType.Bit64).double(value)
    return this
  }

  packedIntegers(field: number, values: readonly number[]): this {
    if (values.length === 0) return this
    this.#writer.tag(field, WireType.LengthDelimited).fork()
    for (const value of values) this.#writer.int64(whole(value))
    this.#writer.join()
    return this
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#writer.finish()
  }
}

function whole(value: number): number {
  if (Number.isSafeInteger(value)) return value
  throw wireError(`${value} is no whole number that protobuf can carry here`)
}

/** One field as it is on the wire. */
export interface WireField {
  readonly number: number
  readonly value: FieldValue
}

type FieldValue =
  | { readonly kind: 'integer' | 'double'; readonly value: number }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Four bytes: no field of the protocol. */
  | { readonly kind: 'fixed32' }

/**
 * The fields of a message, in order.
 * @throws BatonError `wire-format` where the bytes are not a message.
 */
export function readFields(bytes: Uint8Array, where: string): WireField[] {
  return reading(where, () => {
    const reader = new BinaryReader(bytes)
    const fields: WireField[] = []
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag()
      fields.push({ number, value: readValue(reader, wireType, where) })
    }
    return fields
  })
}

function reading<T>(where: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof BatonError) throw cause
    throw wireError(`${where}: ${cause instanceof Error ? cause.message : cause}`, cause)
  }
}

function readValue(reader: BinaryReader, wireType: WireType, where: string): FieldValue {
  switch (wireType) {
    case WireType.Varint:
      return { kind: 'integer', value: readInteger(reader, where) }
    case WireType.Bit64:
      return { kind: 'double', value: reader.double() }
    case WireType.LengthDelimited:
      return { kind: 'bytes', bytes: reader.bytes() }
    case WireType.Bit32:
      reader.skip(wireType)
      return { kind: 'fixed32' }
    default:
      throw wireError(`${where}: wire type ${wireType} is not used by the protocol`)
  }
}

function readInteger(reader: BinaryReader, where: string): number {
  const value = Number(reader.int64())
  if (!Number.isSafeInteger(value)) throw wireError(`${where}: the number ${value} is beyond 2^53`)
  return value
}

export function integerOf({ value, number }: WireField, where: string): number {
  if (value.kind !== 'integer') throw wireError(`${where}: field ${number} should be a number`)
  return value.value
}

export function bytesOf({ value, number }: WireField, where: string): Uint8Array {
  if (value.kind !== 'bytes') throw wireError(`${where}: field ${number} should be bytes`)
  return value.bytes
}

const textDecoder = new TextDecoder('utf-8', { fatal: true })

export function textOf(field: WireField, where: string): string {
  try {
    return textDecoder.decode(bytesOf(field, where))
  } catch (cause) {
    throw wireError(`${where}: field ${field.number} is no UTF-8 text`, cause)
  }
}

export function doubleOf({ value, number }: WireField, where: string): number {
  if (value.kind !== 'double') throw wireError(`${where}: field ${number} should be a double`)
  return value.value
}

/** Repeated integers, packed or one by one. */
export function integersOf(field: WireField, where: string): number[] {
  if (field.value.kind === 'integer') return [field.value.value]
  const reader = new BinaryReader(bytesOf(field, where))
  return reading(where, () => {
    const values: number[] = []
    while (reader.pos < reader.len) values.push(readInteger(reader, where))
    return values
  })
}

/** An entry of a map field: 1 key, 2 value; an absent part is its default. */
export function mapEntry(field: WireField, where: string): { readonly key: string; readonly value: WireField | null } {
  let key = ''
  let value: WireField | null = null
  for (const part of readFields(bytesOf(field, where), where)) {
    if (part.number === 1) key = textOf(part, where)
    else if (part.number === 2) value = part
  }
  return { key, value }
}
