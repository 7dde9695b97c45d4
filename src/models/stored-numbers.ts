/** Numbers as files store them: float32, float16 and bfloat16, little-endian. */

export const storedTypes = ['F32', 'F16', 'BF16'] as const
export type StoredType = (typeof storedTypes)[number]

export const bytesPerNumber: Readonly<Record<StoredType, number>> = { F32: 4, F16: 2, BF16: 2 }

export function isStoredType(value: unknown): value is StoredType {
  return storedTypes.includes(value as StoredType)
}

/** @param bytes a multiple of the type's width; at any offset of its buffer. */
export function decodeNumbers(bytes: Uint8Array, type: StoredType): Float32Array {
  const { buffer } = bytes.byteOffset % 4 === 0 && bytes.buffer instanceof ArrayBuffer ? bytes : new Uint8Array(bytes)
  const offset = buffer === bytes.buffer ? bytes.byteOffset : 0
  const count = bytes.byteLength / bytesPerNumber[type]
  if (type === 'F32') return new Float32Array(buffer as ArrayBuffer, offset, count)
  if (type === 'F16') return Float32Array.from(new Float16Array(buffer as ArrayBuffer, offset, count))
  const halves = new Uint16Array(buffer as ArrayBuffer, offset, count)
  const words = new Uint32Array(count)
  for (let i = 0; i < count; i++) words[i] = (halves[i] as number) << 16
  return new Float32Array(words.buffer)
}

/** Rounds to the nearest, ties to even. */
export function encodeNumbers(values: Float32Array, type: StoredType): Uint8Array {
  if (type === 'F32') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  if (type === 'F16') return new Uint8Array(Float16Array.from(values).buffer)
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const halves = new Uint16Array(values.length)
  for (let i = 0; i < halves.length; i++) halves[i] = bfloat16Of(words[i] as number)
  return new Uint8Array(halves.buffer)
}

/** @param bits of a float32. */
function bfloat16Of(bits: number): number {
  const isNumber = (bits & 0x7fffffff) <= 0x7f800000
  if (!isNumber) return (bits >>> 16) | 0x40
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16
}
