/** A GGUF model as a source of tensors with Hugging Face's names and numbers. */

import type { ModelConfig } from '../model-config.ts'
import { modelFileError } from '../model-file-error.ts'
import { ropeFrequencies } from '../rope.ts'
import { readBytes } from '../safetensors-source.ts'
import type { TensorSource } from '../tensor-source.ts'
import { blockOf, dequantise, readableTypes } from './dequantise.ts'
import { ggufConfig } from './gguf-config.ts'
import { fromGguf, ggufTensors } from './gguf-tensors.ts'
import { type GgufHeader, type GgufTensor, openGguf } from './read-header.ts'

export interface GgufModel {
  readonly header: GgufHeader
  readonly config: ModelConfig
  readonly weights: TensorSource
}

const ropeFactorsName = 'rope_freqs.weight'

/** Close `weights` when done. */
export async function openGgufModel(path: string): Promise<GgufModel> {
  const { file, header } = await openGguf(path)
  try {
    refuseOthers(header, path)
    const byName = new Map(header.tensors.map((tensor) => [tensor.name, tensor]))
    const readTensor = async ({ start, bytes, type }: GgufTensor): Promise<Float32Array> =>
      dequantise(await readBytes(file, { start, length: bytes, where: path }), type)
    const factors = byName.get(ropeFactorsName)
    const ropeFactors = factors === undefined ? null : await readTensor(factors)
    const config = ggufConfig(header, { where: path, ropeFactors })
    if (ropeFactors !== null) checkFactors(config, ropeFactors, path)
    const places = new Map(ggufTensors(config).map((place) => [place.ggufName, place]))
    const named = header.tensors
      .filter(({ name }) => name !== ropeFactorsName)
      .map((tensor) => [places.get(tensor.name)?.tensor.name ?? tensor.name, tensor] as const)
    const tensors = new Map(named)
    const weights: TensorSource = {
      where: path,
      tensors: new Map(named.map(([name, { shape, type }]) => [name, { shape, storedType: type }])),
      async read(name) {
        const tensor = tensors.get(name)
        if (tensor === undefined) throw modelFileError(`${path} has no tensor ${name}`)
        const change = places.get(tensor.name)?.change ?? { kind: 'none' }
        return fromGguf(await readTensor(tensor), change, tensor.shape)
      },
      close: () => file.close(),
    }
    return { header, config, weights }
  } catch (error) {
    await file.close()
    throw error
  }
}

function refuseOthers({ metadata, tensors }: GgufHeader, path: string): void {
  const kind = metadata.get('general.type') ?? 'model'
  if (kind !== 'model') throw modelFileError(`${path} holds no model: general.type is ${kind}`, 'Use the base model.')
  if (metadata.has('split.count') && metadata.get('split.count') !== 1) {
    throw modelFileError(`${path} is one of several parts`, 'Join them first: llama-gguf-split --merge.')
  }
  const unread = tensors.filter(({ type }) => blockOf(type) === null)
  if (unread.length === 0) return
  throw modelFileError(
    `${path}: ${unread.length} tensors (${unread[0]?.name}, ...) have the type ${unread[0]?.type}`,
    `Use a file of another quantisation: ${readableTypes.join(', ')}.`,
  )
}

/** The divisors in the file must be those that the configuration means. */
function checkFactors({ rope, headSize }: ModelConfig, factors: Float32Array, path: string): void {
  const plain = ropeFrequencies({ ...rope, scaling: null }, headSize)
  const scaled = ropeFrequencies(rope, headSize)
  const isSame =
    factors.length === plain.length &&
    factors.every((factor, i) => {
      return Math.abs((plain[i] as number) / (scaled[i] as number) / factor - 1) < 1e-3
    })
  if (!isSame) throw modelFileError(`${path}: ${ropeFactorsName} is not the scaling of Llama 3`, 'Use another model.')
}
