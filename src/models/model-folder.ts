/** Parts of writing a model's folder. */
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { checkLayout } from './check-layout.ts'
import type { ModelConfig } from './model-config.ts'
import { isStoredType, type StoredType } from './stored-numbers.ts'
import type { TensorSource } from './tensor-source.ts'
import type { TensorToWrite } from './write-safetensors.ts'

/**
 * @param storedType `auto`: as the source has it; what was quantised becomes F32, which alone holds its values exactly.
 * @throws BatonError where the tensors do not fit the configuration.
 */
export function tensorsToWrite(
  config: ModelConfig,
  weights: TensorSource,
  storedType: StoredType | 'auto',
): TensorToWrite[] {
  return checkLayout(config, weights).map(({ name, shape }) => {
    const type = weights.tensors.get(name)?.storedType
    const kept = isStoredType(type) ? type : 'F32'
    return { name, shape, storedType: storedType === 'auto' ? kept : storedType, read: () => weights.read(name) }
  })
}

/** The type that the large tensors have. */
function widest(tensors: readonly TensorToWrite[]): StoredType {
  const ofMatrices = tensors.filter(({ shape }) => shape.length === 2).map(({ storedType }) => storedType)
  return ofMatrices.includes('F32') ? 'F32' : (ofMatrices[0] ?? 'F32')
}

const torchNames: Readonly<Record<StoredType, string>> = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' }

/** `config.json` with its own word for the numbers of the file, under the name that it has. */
export function configText(text: string, tensors: readonly TensorToWrite[]): string {
  const raw = JSON.parse(text) as Record<string, unknown>
  raw['dtype' in raw ? 'dtype' : 'torch_dtype'] = torchNames[widest(tensors)]
  return `${JSON.stringify(raw, null, 2)}\n`
}

/** Makes a folder whole or not at all. @param fill writes into the folder that becomes `folder`. */
export async function writeFolder(folder: string, fill: (making: string) => Promise<void>): Promise<void> {
  const parent = dirname(folder)
  await mkdir(parent, { recursive: true })
  const making = join(parent, `.${basename(folder)}.making-${process.pid}`)
  await rm(making, { recursive: true, force: true })
  await mkdir(making)
  try {
    await fill(making)
    const old = `${making}.old`
    if (existsSync(folder)) await rename(folder, old)
    await rename(making, folder)
    await rm(old, { recursive: true, force: true })
  } finally {
    await rm(making, { recursive: true, force: true })
  }
}
