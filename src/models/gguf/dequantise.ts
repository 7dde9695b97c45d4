/**
 * Block formats of GGUF to float32, after ggml-quants.c of llama.cpp. Each step is exact in float64 and rounded once, so
 * the values equal those of `gguf.quants.dequantize` to the bit.
 */
import { decodeNumbers } from '../stored-numbers.ts'

interface BlockFormat {
  /** Numbers in a block. */
  readonly size: number
  readonly bytes: number
  /** Writes one block that begins at `at` into `out` from `to` on. */
  decode(view: DataView, at: number, out: Float32Array, to: number): void
}

const half = (view: DataView, at: number): number => view.getFloat16(at, true)

/** 4 and 5 bit formats of 32: low halves of 16 bytes, then their high halves, with a fifth bit from `high`. */
function nibbles(
  view: DataView,
  { at, high }: { readonly at: number; readonly high: number },
  write: (index: number, q: number) => void,
): void {
  for (let j = 0; j < 16; j++) {
    const byte = view.getUint8(at + j)
    write(j, (byte & 15) | (((high >>> j) & 1) << 4))
    write(j + 16, (byte >> 4) | (((high >>> (j + 16)) & 1) << 4))
  }
}

/** The 6-bit scale and minimum of sub-block `j`, from the 12 bytes at `at`. */
function scaleAndMinimum(view: DataView, at: number, j: number): [number, number] {
  const byte = (i: number): number => view.getUint8(at + i)
  if (j < 4) return [byte(j) & 63, byte(j + 4) & 63]
  return [(byte(j + 4) & 15) | ((byte(j - 4) >> 6) << 4), (byte(j + 4) >> 4) | ((byte(j) >> 6) << 4)]
}

/** Q4_K and Q5_K: 8 sub-blocks of 32 with their own scales. @param fifthBits where they begin; null for 4 bits. */
function decodeK(
  view: DataView,
  { at, quants, fifthBits }: { readonly at: number; readonly quants: number; readonly fifthBits: number | null },
  write: (index: number, value: number) => void,
): void {
  const d = half(view, at)
  const dMin = half(view, at + 2)
  for (let j = 0; j < 8; j++) {
    const [scale, minimum] = scaleAndMinimum(view, at + 4, j)
    for (let l = 0; l < 32; l++) {
      const byte = view.getUint8(quants + 32 * (j >> 1) + l)
      const low = j % 2 === 0 ? byte & 15 : byte >> 4
      const fifth = fifthBits === null ? 0 : ((view.getUint8(fifthBits + l) >> j) & 1) << 4
      write(32 * j + l, d * scale * (low | fifth) - dMin * minimum)
    }
  }
}

const formats: Readonly<Record<string, BlockFormat>> = {
  Q4_0: {
    size: 32,
    bytes: 18,
    decode(view, at, out, to) {
      const d = half(view, at)
      nibbles(view, { at: at + 2, high: 0 }, (i, q) => {
        out[to + i] = d * (q - 8)
      })
    },
  },
  Q4_1: {
    size: 32,
    bytes: 20,
    decode(view, at, out, to) {
      const d = half(view, at)
      const m = half(view, at + 2)
      nibbles(view, { at: at + 4, high: 0 }, (i, q) => {
        out[to + i] = d * q + m
      })
    },
  },
  Q5_0: {
    size: 32,
    bytes: 22,
    decode(view, at, out, to) {
      const d = half(view, at)
      nibbles(view, { at: at + 6, high: view.getUint32(at + 2, true) }, (i, q) => {
        out[to + i] = d * (q - 16)
      })
    },
  },
  Q5_1: {
    size: 32,
    bytes: 24,
    decode(view, at, out, to) {
      const d = half(view, at)
      const m = half(view, at + 2)
      nibbles(view, { at: at + 8, high: view.getUint32(at + 4, true) }, (i, q) => {
        out[to + i] = d * q + m
      })
    },
  },
  Q8_0: {
    size: 32,
    bytes: 34,
    decode(view, at, out, to) {
      const d = half(view, at)
      for (let j = 0; j < 32; j++) out[to + j] = d * view.getInt8(at + 2 + j)
    },
  },
  Q4_K: {
    size: 256,
    bytes: 144,
    decode(view, at, out, to) {
      decodeK(view, { at, quants: at + 16, fifthBits: null }, (i, value) => {
        out[to + i] = value
      })
    },
  },
  Q5_K: {
    size: 256,
    bytes: 176,
    decode(view, at, out, to) {
      decodeK(view, { at, quants: at + 48, fifthBits: at + 16 }, (i, value) => {
        out[to + i] = value
      })
    },
  },
  Q6_K: {
    size: 256,
    bytes: 210,
    decode(view, at, out, to) {
      const d = half(view, at + 208)
      for (let i = 0; i < 256; i++) {
        const part = (i >> 5) & 3
        const l = i & 31
        const second = i >> 7
        const low = view.getUint8(at + 64 * second + 32 * (part & 1) + l)
        const high = (view.getUint8(at + 128 + 32 * second + l) >> (2 * part)) & 3
        const q = ((part < 2 ? low & 15 : low >> 4) | (high << 4)) - 32
        out[to + i] = d * view.getInt8(at + 192 + (i >> 4)) * q
      }
    },
  },
}

const plain = ['F32', 'F16', 'BF16'] as const
type Plain = (typeof plain)[number]
const isPlain = (type: string): type is Plain => plain.includes(type as Plain)

/** Names of the types that can be read. */
export const readableTypes: readonly string[] = [...plain, ...Object.keys(formats)]

/** Numbers in the smallest piece of a type, and its bytes; null for a type that is not read. */
export function blockOf(type: string): { readonly size: number; readonly bytes: number } | null {
  if (isPlain(type)) return { size: 1, bytes: type === 'F32' ? 4 : 2 }
  return Object.hasOwn(formats, type) ? (formats[type] as BlockFormat) : null
}

/** @param bytes whole blocks of `type`, one of `readableTypes`. */
export function dequantise(bytes: Uint8Array, type: string): Float32Array {
  if (isPlain(type)) return decodeNumbers(bytes, type)
  const format = formats[type] as BlockFormat
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = bytes.byteLength / format.bytes
  const out = new Float32Array(count * format.size)
  for (let i = 0; i < count; i++) format.decode(view, i * format.bytes, out, i * format.size)
  return out
}
