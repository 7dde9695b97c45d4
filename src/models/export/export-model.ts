/** A model, or a base with an adapter, in the form that other programs load. Whole or not there. */
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { checkLayout } from '../check-layout.ts'
import { ggufTensors, toGguf } from '../gguf/gguf-tensors.ts'
import { modelMetadata, ropeDivisors } from '../gguf/model-metadata.ts'
import { tokenizerMetadata } from '../gguf/tokenizer-metadata.ts'
import { type GgufContent, type GgufTensorToWrite, type GgufWritableType, writeGguf } from '../gguf/write-gguf.ts'
import type { ModelConfig } from '../model-config.ts'
import { modelFileError } from '../model-file-error.ts'
import { configText, tensorsToWrite, writeFolder } from '../model-folder.ts'
import type { OpenModel } from '../open-model.ts'
import type { StoredType } from '../stored-numbers.ts'
import type { TensorSource } from '../tensor-source.ts'
import { writeSafetensors } from '../write-safetensors.ts'
import { type Adapter, adaptedModules, mergedWeights, peftConfigFile, peftWeightsFile } from './adapter.ts'

export interface Exported {
  readonly model: OpenModel
  /** Added to the weights; null for a model alone. */
  readonly adapter: Adapter | null
  readonly onProgress: (bytes: number, totalBytes: number) => void
}

const weightsOf = ({ model, adapter }: Exported): TensorSource =>
  adapter === null ? model.weights : mergedWeights(model.weights, adapter, model.config)

/** A folder in Hugging Face's form. @param folder is replaced. */
export async function exportSafetensors(
  exported: Exported,
  folder: string,
  storedType: StoredType | 'auto',
): Promise<void> {
  const { config, files } = exported.model
  const tensors = tensorsToWrite(config, weightsOf(exported), storedType)
  await writeFolder(folder, async (making) => {
    await writeSafetensors(join(making, 'model.safetensors'), tensors, exported.onProgress)
    const texts: Record<string, string> = { ...files, 'config.json': configText(files['config.json'] ?? '', tensors) }
    for (const [name, text] of Object.entries(texts)) await writeFile(join(making, name), text)
  })
}

/** A GGUF model. Norms and biases are F32, as llama.cpp wants them. @param type of the matrices. */
export async function exportGguf(exported: Exported, path: string, type: 'F32' | 'F16' | 'Q8_0'): Promise<void> {
  const { config, files, license } = exported.model
  const weights = weightsOf(exported)
  checkLayout(config, weights)
  const divisors = ropeDivisors(config)
  const tensors = ggufTensors(config).map(({ tensor, ggufName, change }): GgufTensorToWrite => {
    const { name, shape } = tensor
    const kept = shape.length === 1 ? 'F32' : matrixType(type, shape)
    return { name: ggufName, shape, type: kept, read: async () => toGguf(await weights.read(name), change, shape) }
  })
  const content: GgufContent = {
    metadata: {
      ...modelMetadata(config),
      'general.type': { type: 'string', value: 'model' },
      ...(license === null ? {} : { 'general.license': { type: 'string', value: license } }),
      ...tokenizerMetadata(files, config, weights.where),
    },
    tensors: [...tensors, ...(divisors === null ? [] : [ropeTensor(divisors)])],
  }
  await writeWholeFile(path, (making) => writeGguf(making, content, exported.onProgress))
}

/** Rows that do not fill blocks of 32 stay F16. */
const matrixType = (type: GgufWritableType, shape: readonly number[]): GgufWritableType =>
  type === 'Q8_0' && (shape.at(-1) as number) % 32 !== 0 ? 'F16' : type

const ropeTensor = (divisors: Float32Array): GgufTensorToWrite => ({
  name: 'rope_freqs.weight',
  shape: [divisors.length],
  type: 'F32',
  read: async () => divisors,
})

/** The adapter for llama.cpp (`--lora`), in F32. */
export async function exportGgufAdapter(adapter: Adapter, config: ModelConfig, path: string): Promise<void> {
  const places = new Map(ggufTensors(config).map((place) => [place.tensor.name, place]))
  const tensors = adaptedModules(adapter, config).flatMap(({ module, a, b, shape }): GgufTensorToWrite[] => {
    const place = places.get(`${module}.weight`)
    if (place === undefined) throw modelFileError(`${adapter.folder}: ${module} has no place in GGUF`)
    const [rows, width] = shape as [number, number]
    const { ggufName, change } = place
    const shapeB = [rows, adapter.rank]
    return [
      { name: `${ggufName}.lora_a`, shape: [adapter.rank, width], type: 'F32', read: () => adapter.weights.read(a) },
      {
        name: `${ggufName}.lora_b`,
        shape: shapeB,
        type: 'F32',
        read: async () => toGguf(await adapter.weights.read(b), change, shapeB),
      },
    ]
  })
  const content: GgufContent = {
    metadata: {
      'general.architecture': { type: 'string', value: config.architecture },
      'general.type': { type: 'string', value: 'adapter' },
      'adapter.type': { type: 'string', value: 'lora' },
      'adapter.lora.alpha': { type: 'float32', value: adapter.scale * adapter.rank },
    },
    tensors,
  }
  await writeWholeFile(path, (making) => writeGguf(making, content))
}

/** The adapter as PEFT loads it, with the name of the base that others have. */
export async function exportPeft(
  adapter: Adapter,
  config: ModelConfig,
  { folder, base }: { readonly folder: string; readonly base: string },
): Promise<void> {
  adaptedModules(adapter, config)
  await writeFolder(folder, async (making) => {
    await copyFile(join(adapter.folder, peftWeightsFile), join(making, peftWeightsFile))
    const raw = { ...adapter.config, base_model_name_or_path: base }
    await writeFile(join(making, peftConfigFile), `${JSON.stringify(raw, null, 2)}\n`)
  })
}

/** Makes a file whole or not at all; one that is there is replaced. */
async function writeWholeFile(path: string, write: (making: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const making = join(dirname(path), `.${basename(path)}.making-${process.pid}`)
  try {
    await rm(making, { force: true })
    await write(making)
    await rename(making, path)
  } finally {
    await rm(making, { force: true })
  }
}
