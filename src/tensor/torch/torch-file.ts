/**
 * Tensors of a file that `torch.save` wrote (`.pt`, `.pth`, `.ckpt`), without PyTorch and without running anything that
 * the file says. Reads the zip form of PyTorch 1.6 and later; numbers become float32.
 */
import { inflateRawSync } from 'node:zlib'
import { BatonError } from '../../core/failure.ts'
import { float32Tensor, type HostTensor } from '../index.ts'
import { type PickledCall, type PickledName, type PickledReference, readPickle } from './torch-pickle.ts'

/** True for the first bytes of a zip archive. */
export function isTorchFile(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04
}

/** Where checkpoints keep their tensors; otherwise at the top. */
const stateKeys = ['model_state_dict', 'state_dict', 'model']

/**
 * The named tensors of a state dictionary.
 * @param where names the file in errors.
 */
export function readTorchTensors(bytes: Uint8Array, where: string): Map<string, HostTensor> {
  try {
    const entries = readZip(bytes)
    const pickleName = [...entries.keys()].find((name) => name.endsWith('/data.pkl') || name === 'data.pkl')
    if (pickleName === undefined) throw new Error('there is no data.pkl in it')
    const folder = pickleName.slice(0, -'data.pkl'.length)
    const endian = entries.get(`${folder}byteorder`)
    if (endian !== undefined && new TextDecoder().decode(endian) !== 'little')
      throw new Error('its bytes are big-endian')
    let root = readPickle(entries.get(pickleName) as Uint8Array)
    for (const key of stateKeys) {
      const inner: unknown = root instanceof Map ? root.get(key) : undefined
      if (inner instanceof Map) root = inner
    }
    // A tensor by itself, as embeddings are saved.
    if (nameOf((root as Partial<PickledCall> | null)?.callee).startsWith('torch._utils._rebuild')) {
      root = new Map([['tensor', root]])
    }
    if (!(root instanceof Map)) throw new Error('it holds no dictionary of tensors')
    const tensors = new Map<string, HostTensor>()
    for (const [name, value] of root) {
      const tensor = tensorOf(value, (key) => entries.get(`${folder}data/${key}`))
      if (tensor !== null) tensors.set(String(name), tensor)
    }
    if (tensors.size === 0) throw new Error('it holds no tensors by name')
    return tensors
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new BatonError(`${where} cannot be read as a PyTorch checkpoint: ${reason}.`, {
      boundary: 'engine',
      code: 'torch-file',
      hint: 'Save its state_dict with torch.save or as safetensors, and give that file.',
      cause,
    })
  }
}

/** Names and bytes of the files of an archive. */
function readZip(bytes: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let end = bytes.length - 22
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1
  if (end < 0) throw new Error('the archive is cut off')
  const entries = new Map<string, Uint8Array>()
  let at = view.getUint32(end + 16, true)
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (view.getUint32(at, true) !== 0x02014b50) throw new Error('the archive is damaged')
    const method = view.getUint16(at + 10, true)
    const size = view.getUint32(at + 20, true)
    const [nameLength, extraLength, noteLength] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [
      number,
      number,
      number,
    ]
    const start = view.getUint32(at + 42, true)
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength))
    // 2^32 - 1 says that the number is elsewhere: files of 4 GiB and more.
    if (size === 0xffffffff || start === 0xffffffff) throw new Error('it is larger than 4 GiB')
    const data = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true)
    if (data + size > bytes.length) throw new Error('the archive is cut off')
    const stored = bytes.subarray(data, data + size)
    entries.set(name, method === 0 ? stored : inflateRawSync(stored))
    at += 46 + nameLength + extraLength + noteLength
  }
  return entries
}

const nameOf = (value: unknown): string => ((value ?? {}) as Partial<PickledName>).name ?? ''

/** A tensor, or a parameter around one; null for anything else. */
function tensorOf(value: unknown, storageOf: (key: string) => Uint8Array | undefined): HostTensor | null {
  const call = (value ?? {}) as Partial<PickledCall>
  if (call.kind !== 'call' || call.arguments === undefined) return null
  const callee = nameOf(call.callee)
  if (callee === 'torch._utils._rebuild_parameter') return tensorOf(call.arguments[0], storageOf)
  if (callee !== 'torch._utils._rebuild_tensor_v2') return null
  const [storage, offset, shape, strides] = call.arguments as [PickledReference, number, number[], number[]]
  const [, type, key] = storage.id as [string, PickledName, string]
  const bytes = storageOf(String(key))
  if (bytes === undefined) throw new Error(`storage ${key} is missing`)
  return float32Tensor(gather(numbersOf(nameOf(type), bytes), offset, shape, strides), shape)
}

/** Row-major numbers of a strided view. */
function gather(
  numbers: Float32Array,
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
): Float32Array {
  const count = shape.reduce((product, extent) => product * extent, 1)
  const values = new Float32Array(count)
  const last = shape.reduce((sum, extent, axis) => sum + (extent - 1) * (strides[axis] as number), offset)
  if (count > 0 && last >= numbers.length) throw new Error('a storage is shorter than its tensor')
  for (let i = 0; i < count; i++) {
    let rest = i
    let at = offset
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const extent = shape[axis] as number
      at += (rest % extent) * (strides[axis] as number)
      rest = Math.floor(rest / extent)
    }
    values[i] = numbers[at] as number
  }
  return values
}

function numbersOf(type: string, bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const read = (width: number, get: (at: number) => number): Float32Array =>
    Float32Array.from({ length: Math.floor(bytes.length / width) }, (_, i) => get(i * width))
  switch (type) {
    case 'torch.FloatStorage':
      return read(4, (at) => view.getFloat32(at, true))
    case 'torch.DoubleStorage':
      return read(8, (at) => view.getFloat64(at, true))
    case 'torch.HalfStorage':
      return read(2, (at) => view.getFloat16(at, true))
    case 'torch.BFloat16Storage':
      return read(2, (at) => bfloat16(view.getUint16(at, true)))
    case 'torch.LongStorage':
      return read(8, (at) => Number(view.getBigInt64(at, true)))
    case 'torch.IntStorage':
      return read(4, (at) => view.getInt32(at, true))
    default:
      throw new Error(`numbers of type ${type} are not read`)
  }
}

const scratch = new DataView(new ArrayBuffer(4))

function bfloat16(bits: number): number {
  scratch.setUint32(0, bits << 16)
  return scratch.getFloat32(0)
}
