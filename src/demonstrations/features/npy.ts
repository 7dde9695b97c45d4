/**
 * NumPy's `.npy`: arrays of floats or integers of one or two axes, versions 1 to 3, row-major or column-major, either byte
 * order. Arrays of objects hold pickles and are refused.
 */
import { dataError } from '../data/index.ts'

export interface NpyArray {
  readonly shape: readonly number[]
  /** Row-major. */
  readonly data: Float32Array
}

/** 0x93, then `NUMPY`. */
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

/** @param where names the file in errors. */
export function decodeNpy(bytes: Uint8Array, where: string): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 12 || magic.some((byte, i) => bytes[i] !== byte)) {
    throw damaged(where, 'it does not begin as one')
  }
  const isLong = (bytes[6] as number) >= 2
  const start = isLong ? 12 : 10
  const headerLength = isLong ? view.getUint32(8, true) : view.getUint16(8, true)
  if (start + headerLength > bytes.length) throw damaged(where, 'the header is cut off')
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, start + headerLength))
  const type = /'descr':\s*'([<>|=]?)([a-z]\d+)'/.exec(header)
  const shapeText = /'shape':\s*\(([\d,\sL]*)\)/.exec(header)?.[1]
  if (type === null || shapeText === undefined) throw damaged(where, 'it is not a plain array of numbers')
  const shape = shapeText
    .split(',')
    .map((part) => part.replace('L', '').trim())
    .filter((part) => part !== '')
    .map(Number)
  const [, order = '', kind = ''] = type
  const reader = readers[kind]
  if (reader === undefined) throw damaged(where, `numbers of type ${kind} are not read`)
  const count = shape.reduce((product, extent) => product * extent, 1)
  const body = start + headerLength
  if (body + count * reader.width > bytes.length) throw damaged(where, 'the numbers are cut off')
  const data = new Float32Array(count)
  const isLittle = order !== '>'
  for (let i = 0; i < count; i++) data[i] = reader.read(view, body + i * reader.width, isLittle)
  return { shape, data: /'fortran_order':\s*True/.test(header) ? transposed(data, shape) : data }
}

interface NumberReader {
  readonly width: number
  readonly read: (view: DataView, at: number, isLittle: boolean) => number
}

const readers: Readonly<Record<string, NumberReader>> = {
  f2: { width: 2, read: (view, at, isLittle) => view.getFloat16(at, isLittle) },
  f4: { width: 4, read: (view, at, isLittle) => view.getFloat32(at, isLittle) },
  f8: { width: 8, read: (view, at, isLittle) => view.getFloat64(at, isLittle) },
  i4: { width: 4, read: (view, at, isLittle) => view.getInt32(at, isLittle) },
  i8: { width: 8, read: (view, at, isLittle) => Number(view.getBigInt64(at, isLittle)) },
}

function transposed(data: Float32Array, shape: readonly number[]): Float32Array {
  const [rows = 1, columns = 1] = shape
  if (shape.length !== 2) return data
  const result = new Float32Array(data.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[row * columns + column] = data[column * rows + row] as number
    }
  }
  return result
}

function damaged(where: string, problem: string): Error {
  return dataError('npy', `${where} is not a whole .npy file: ${problem}.`, 'Save it with numpy.save as float32.')
}
