/** Writes safetensors one tensor at a time. */
import { open } from 'node:fs/promises'
import { bytesPerNumber, encodeNumbers, type StoredType } from './stored-numbers.ts'
import { countOf } from './tensor-source.ts'

export interface TensorToWrite {
  readonly name: string
  readonly shape: readonly number[]
  readonly storedType: StoredType
  read(): Promise<Float32Array>
}

/** @param onTensor is called after each, with the bytes written and those in all. */
export async function writeSafetensors(
  path: string,
  tensors: readonly TensorToWrite[],
  onTensor: (bytes: number, totalBytes: number) => void = () => {},
): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } }
  let total = 0
  for (const { name, shape, storedType } of tensors) {
    const size = countOf(shape) * bytesPerNumber[storedType]
    header[name] = { dtype: storedType, shape, data_offsets: [total, total + size] }
    total += size
  }
  const json = Buffer.from(JSON.stringify(header))
  const prefix = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ')
  prefix.writeBigUInt64LE(BigInt(prefix.length - 8))
  json.copy(prefix, 8)
  const file = await open(path, 'wx')
  try {
    await file.writeFile(prefix)
    let written = 0
    for (const { read, storedType } of tensors) {
      const bytes = encodeNumbers(await read(), storedType)
      await file.writeFile(bytes)
      written += bytes.byteLength
      onTensor(written, total)
    }
    await file.sync()
  } finally {
    await file.close()
  }
}
