/**
 * The protobuf wire format (proto3), as far as the protocol needs it: varints, doubles, length-delimited fields. Groups
 * are refused, unknown fields skipped. A message is a list of byte parts that are copied once, at the end, so that
 * arrays of a megabyte cost one copy. Numbers in arrays are little-endian, as every platform of Node is.
 */
import { wireError } from './wire-error.ts'

const textEncoder = new TextEncoder()
const textDecoder = new TextDecoder('utf-8', { fatal: true })

/** A message in the making. proto3: fields with their default value are left out, except in `optional` ones. */
export class MessageWriter {
  readonly #parts: Uint8Array[] = []
  #length = 0

  /** Bytes so far. */
  get length(): number {
    return this.#length
  }

  bytes(field: number, value: Uint8Array): this {
    this.#push(lengthPrefix(field, value.length))
    return this.#push(value)
  }

  message(field: number, value: MessageWriter): this {
    this.#push(lengthPrefix(field, value.length))
    for (const part of value.#parts) this.#push(part)
    return this
  }

  text(field: number, value: string): this {
    return value === '' ? this : this.bytes(field, textEncoder.encode(value))
  }

  /** A whole number of any sign up to 2^53. */
  integer(field: number, value: number): this {
    return value === 0 ? this : this.optionalInteger(field, value)
  }

  optionalInteger(field: number, value: number): this {
    const into: number[] = []
    pushVarint(into, field * 8)
    pushVarint(into, value)
    return this.#push(Uint8Array.from(into))
  }

  double(field: number, value: number): this {
    const into = new Uint8Array(9)
    into[0] = field * 8 + 1
    new DataView(into.buffer).setFloat64(1, value, true)
    return this.#push(into)
  }

  packedIntegers(field: number, values: readonly number[]): this {
    if (values.length === 0) return this
    const into: number[] = []
    for (const value of values) pushVarint(into, value)
    return this.bytes(field, Uint8Array.from(into))
  }

  finish(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.#length)
    let offset = 0
    for (const part of this.#parts) {
      whole.set(part, offset)
      offset += part.length
    }
    return whole
  }

  #push(part: Uint8Array): this {
    this.#parts.push(part)
    this.#length += part.length
    return this
  }
}

function lengthPrefix(field: number, length: number): Uint8Array {
  const into: number[] = []
  pushVarint(into, field * 8 + 2)
  pushVarint(into, length)
  return Uint8Array.from(into)
}

function pushVarint(into: number[], value: number): void {
  if (!Number.isSafeInteger(value)) throw wireError(`${value} is no whole number that protobuf can carry here`)
  if (value < 0) {
    pushBigVarint(into, BigInt.asUintN(64, BigInt(value)))
    return
  }
  let rest = value
  while (rest > 127) {
    into.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  into.push(rest)
}

function pushBigVarint(into: number[], value: bigint): void {
  let rest = value
  while (rest > 127n) {
    into.push(Number(rest & 127n) + 128)
    rest >>= 7n
  }
  into.push(Number(rest))
}

/** One field as it stands on the wire. */
export interface WireField {
  readonly number: number
  readonly value: FieldValue
}

type FieldValue =
  | { readonly kind: 'varint'; readonly value: number }
  | { readonly kind: 'fixed'; readonly bytes: Uint8Array }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }

/**
 * The fields of a message, in order.
 * @throws BatonError `wire-format` where the bytes are no message.
 */
export function readFields(bytes: Uint8Array, where: string): WireField[] {
  const fields: WireField[] = []
  const cursor = { at: 0 }
  while (cursor.at < bytes.length) {
    const tag = readVarint(bytes, cursor, where)
    const number = Math.floor(tag / 8)
    if (number < 1 || number > 536870911) throw wireError(`${where}: field number ${number} is out of range`)
    fields.push({ number, value: readValue(bytes, cursor, tag % 8, where) })
  }
  return fields
}

function readValue(bytes: Uint8Array, cursor: { at: number }, wireType: number, where: string): FieldValue {
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - cursor.at) {
      throw wireError(`${where}: cut off; ${length} bytes announced, ${bytes.length - cursor.at} there`)
    }
    const part = bytes.subarray(cursor.at, cursor.at + length)
    cursor.at += length
    return part
  }
  switch (wireType) {
    case 0:
      return { kind: 'varint', value: readVarint(bytes, cursor, where) }
    case 1:
      return { kind: 'fixed', bytes: take(8) }
    case 2: {
      const length = readVarint(bytes, cursor, where)
      if (length < 0) throw wireError(`${where}: a length is negative`)
      return { kind: 'bytes', bytes: take(length) }
    }
    case 5:
      return { kind: 'fixed', bytes: take(4) }
    default:
      throw wireError(`${where}: wire type ${wireType} is not used by the protocol`)
  }
}

/** A signed 64-bit varint; numbers beyond 2^53 are refused. */
function readVarint(bytes: Uint8Array, cursor: { at: number }, where: string): number {
  let value = 0
  let scale = 1
  for (let length = 0; length < 10; length++) {
    const byte = bytes[cursor.at]
    if (byte === undefined) throw wireError(`${where}: cut off within a number`)
    cursor.at += 1
    // The tenth byte holds the sign: a negative number is 2^64 less than what its bits say.
    if (length >= 7) return readLargeVarint(bytes, cursor, where, length)
    value += (byte & 127) * scale
    if (byte < 128) return value
    scale *= 128
  }
  throw wireError(`${where}: a number has more than 10 bytes`)
}

function readLargeVarint(bytes: Uint8Array, cursor: { at: number }, where: string, read: number): number {
  cursor.at -= read + 1
  let value = 0n
  for (let length = 0n; length < 10n; length++) {
    const byte = bytes[cursor.at]
    if (byte === undefined) throw wireError(`${where}: cut off within a number`)
    cursor.at += 1
    value |= BigInt(byte & 127) << (7n * length)
    if (byte >= 128) continue
    const signed = Number(BigInt.asIntN(64, value))
    if (!Number.isSafeInteger(signed)) throw wireError(`${where}: the number ${signed} is beyond 2^53`)
    return signed
  }
  throw wireError(`${where}: a number has more than 10 bytes`)
}

export function integerOf({ value, number }: WireField, where: string): number {
  if (value.kind !== 'varint') throw wireError(`${where}: field ${number} should be a number`)
  return value.value
}

export function bytesOf({ value, number }: WireField, where: string): Uint8Array {
  if (value.kind !== 'bytes') throw wireError(`${where}: field ${number} should be bytes`)
  return value.bytes
}

export function textOf(field: WireField, where: string): string {
  try {
    return textDecoder.decode(bytesOf(field, where))
  } catch (cause) {
    throw wireError(`${where}: field ${field.number} is no UTF-8 text`, cause)
  }
}

export function doubleOf({ value, number }: WireField, where: string): number {
  if (value.kind !== 'fixed' || value.bytes.length !== 8)
    throw wireError(`${where}: field ${number} should be a double`)
  return new DataView(value.bytes.buffer, value.bytes.byteOffset, 8).getFloat64(0, true)
}

/** Repeated integers, packed or one by one. */
export function integersOf(field: WireField, where: string): number[] {
  if (field.value.kind === 'varint') return [field.value.value]
  const bytes = bytesOf(field, where)
  const cursor = { at: 0 }
  const values: number[] = []
  while (cursor.at < bytes.length) values.push(readVarint(bytes, cursor, where))
  return values
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
