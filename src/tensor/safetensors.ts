/**
 * The safetensors file format: named tensors behind a JSON header. Reads F32, F16, BF16 (as float32) and I32; writes F32
 * and I32. A file that is cut off, overlaps or names an unknown type is refused with its name and what is wrong.
 * Format: 8 bytes little-endian header length, header, tensor bytes without gaps.
 */
import { BatonError } from '../core/failure.ts'
import { elementCount, float32Tensor, type HostTensor, int32Tensor, type TensorSpec } from './host-tensor.ts'

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, HostTensor>
  /** Strings only, as the format has it. */
  readonly metadata: Readonly<Record<string, string>>
}

interface HeaderEntry {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

const bytesPerElement: Readonly<Record<string, number>> = { F32: 4, I32: 4, F16: 2, BF16: 2 }

/** The file's bytes, tensors in the given order. */
export function encodeSafetensors({ tensors, metadata }: SafetensorsFile): Uint8Array {
  const header: Record<string, unknown> = {}
  if (Object.keys(metadata).length > 0) header['__metadata__'] = metadata
  let size = 0
  for (const [name, { dtype, shape, data }] of tensors) {
    header[name] = {
      dtype: dtype === 'float32' ? 'F32' : 'I32',
      shape,
      data_offsets: [size, size + data.byteLength],
    }
    size += data.byteLength
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const headerLength = Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(8 + headerLength + size).fill(0x20, 0, 8 + headerLength)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true)
  bytes.set(json, 8)
  let offset = 8 + headerLength
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset)
    offset += data.byteLength
  }
  return bytes
}

/** @param where names the file in errors. */
export function decodeSafetensors(bytes: Uint8Array, where: string): SafetensorsFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headerLength = bytes.length >= 8 ? Number(view.getBigUint64(0, true)) : Number.POSITIVE_INFINITY
  if (8 + headerLength > bytes.length) throw damaged(where, 'the header is cut off')
  const body = bytes.subarray(8 + headerLength)
  let metadata: Record<string, string> = {}
  const tensors = new Map<string, HostTensor>()
  let end = 0
  for (const [name, entry] of Object.entries(parseHeader(bytes.subarray(8, 8 + headerLength), where))) {
    if (name === '__metadata__') {
      metadata = entry as Record<string, string>
      continue
    }
    const checked = checkEntry(name, entry, body.length, where)
    tensors.set(name, readTensor(body, checked))
    end = Math.max(end, checked.data_offsets[1])
  }
  if (end !== body.length) throw damaged(where, `${body.length - end} bytes belong to no tensor`)
  return { tensors, metadata }
}

function parseHeader(bytes: Uint8Array, where: string): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes))
    if (typeof header === 'object' && header !== null && !Array.isArray(header)) {
      return header as Record<string, unknown>
    }
  } catch (cause) {
    throw damaged(where, 'the header is not JSON', cause)
  }
  throw damaged(where, 'the header is not a JSON object')
}

function checkEntry(name: string, entry: unknown, size: number, where: string): HeaderEntry {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Partial<HeaderEntry>
  const width = dtype === undefined ? undefined : bytesPerElement[dtype]
  if (dtype === undefined || width === undefined) throw damaged(where, `tensor ${name} has unknown type ${dtype}`)
  const isShape = Array.isArray(shape) && shape.every((extent) => Number.isInteger(extent) && extent >= 0)
  if (!isShape || !Array.isArray(offsets)) throw damaged(where, `tensor ${name} has no shape or place`)
  const [start, end] = offsets as [number, number]
  if (!(start >= 0 && end <= size)) throw damaged(where, `tensor ${name} is cut off`)
  if (end - start !== width * elementCount(shape)) throw damaged(where, `tensor ${name} does not fill its shape`)
  return { dtype, shape, data_offsets: [start, end] }
}

function readTensor(body: Uint8Array, { dtype, shape, data_offsets: [start, end] }: HeaderEntry): HostTensor {
  // A copy: the tensor's bytes may be at an unaligned offset of the file.
  const bytes = new Uint8Array(body.subarray(start, end))
  if (dtype === 'F32') return float32Tensor(new Float32Array(bytes.buffer), shape)
  if (dtype === 'I32') return int32Tensor(new Int32Array(bytes.buffer), shape)
  const halves = new Uint16Array(bytes.buffer)
  return float32Tensor(Float32Array.from(halves, dtype === 'F16' ? fromFloat16 : fromBfloat16), shape)
}

function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

const scratch = new DataView(new ArrayBuffer(4))

function fromBfloat16(bits: number): number {
  scratch.setUint32(0, bits << 16)
  return scratch.getFloat32(0)
}

function damaged(where: string, problem: string, cause?: unknown): BatonError {
  return new BatonError(`${where} is not a whole safetensors file: ${problem}`, {
    boundary: 'engine',
    code: 'safetensors',
    hint: 'Copy the file again, or use an older checkpoint.',
    cause,
  })
}

/**
 * The tensors that a model wants, in its order. A file of another layout is refused; the error names the tensors that
 * are missing, unexpected or of another shape, and how much of the model they are.
 */
export function tensorsInLayout(
  specs: readonly (TensorSpec & { readonly name: string })[],
  file: SafetensorsFile,
  where: string,
): HostTensor[] {
  const wanted = new Map(specs.map((spec) => [spec.name, spec]))
  const missing = specs.filter(({ name }) => !file.tensors.has(name))
  const unexpected = [...file.tensors].filter(([name]) => !wanted.has(name))
  const misshapen = specs.filter(({ name, shape, dtype }) => {
    const found = file.tensors.get(name)
    return found !== undefined && (found.dtype !== dtype || found.shape.join() !== shape.join())
  })
  if (missing.length + unexpected.length + misshapen.length === 0) {
    return specs.map(({ name }) => file.tensors.get(name) as HostTensor)
  }
  const total = sizeOf(specs)
  const parts = [
    ...describe('lacks', missing, total, 'the model'),
    ...describe(
      'has unexpected',
      unexpected.map(([name, tensor]) => ({ ...tensor, name })),
      sizeOf([...file.tensors.values()]),
      'the file',
    ),
    ...describe(
      'has another shape for',
      misshapen.map((spec) => ({
        ...spec,
        name: `${spec.name} [${file.tensors.get(spec.name)?.shape.join(', ')}] for [${spec.shape.join(', ')}]`,
      })),
      total,
      'the model',
    ),
  ]
  throw new BatonError(`${where} ${parts.join('; ')}: it was written by another layout`, {
    boundary: 'engine',
    code: 'layout',
    hint: 'Use the checkpoint with the model folder that it was trained from.',
  })
}

const sizeOf = (specs: readonly TensorSpec[]): number =>
  specs.reduce((total, { shape }) => total + elementCount(shape), 0)

function describe(
  verb: string,
  specs: readonly (TensorSpec & { readonly name: string })[],
  total: number,
  whole: string,
): string[] {
  if (specs.length === 0) return []
  const shown = specs.slice(0, 3).map(({ name }) => name)
  const names = specs.length > shown.length ? `${shown.join(', ')}, ...` : shown.join(', ')
  const share = ((100 * sizeOf(specs)) / Math.max(1, total)).toFixed(1)
  return [`${verb} ${specs.length} tensor${specs.length === 1 ? '' : 's'} (${names}; ${share} % of ${whole})`]
}
