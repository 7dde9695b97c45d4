/**
 * A LoRA adapter (arXiv:2106.09685): for each adapted matrix W [out, in] of each layer a pair A [r, in], B [out, r]; the
 * layer computes x W^T + alpha / r * (x A^T) B^T. Names, first values and files are those of PEFT.
 */
import { randomFor } from '../../core/random.ts'
import { type ModelConfig, modelTensors } from '../../models/index.ts'
import { elementCount, float32Tensor, type HostTensor, type NamedSpec } from '../../tensor/index.ts'

export const loraTargets = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'] as const
export type LoraTarget = (typeof loraTargets)[number]

export interface LoraOptions {
  /** r, at least 1. */
  readonly rank: number
  readonly alpha: number
  /** Adapted matrices, of every layer; not empty. */
  readonly targets: readonly LoraTarget[]
}

/** The matrices of a layer as `LayerTensors` calls them. */
export const parts = ['q', 'k', 'v', 'o', 'gate', 'up', 'down'] as const
export type Part = (typeof parts)[number]

/** The adapted parts in their fixed order, whatever the order of `targets`. */
export function adaptedParts({ targets }: LoraOptions): Part[] {
  return parts.filter((part) => targets.includes(`${part}_proj`))
}

/** A then B of each adapted part, layer by layer. */
export function adapterSpecs(config: ModelConfig, options: LoraOptions): NamedSpec[] {
  return modelTensors(config).layers.flatMap((layer) =>
    adaptedParts(options).flatMap((part): NamedSpec[] => {
      const { name, shape } = layer[part]
      const [out, into] = shape as [number, number]
      const prefix = `base_model.model.${name.replace(/\.weight$/, '')}`
      return [
        { name: `${prefix}.lora_A.weight`, dtype: 'float32', shape: [options.rank, into] },
        { name: `${prefix}.lora_B.weight`, dtype: 'float32', shape: [out, options.rank] },
      ]
    }),
  )
}

/** Tensors of one layer's adapter. */
export const adapterStride = (options: LoraOptions): number => 2 * adaptedParts(options).length

/** B is zero, so that the adapter changes nothing yet; A is uniform within 1 / sqrt(in), as PEFT has it. */
export function freshAdapter(config: ModelConfig, options: LoraOptions, seed: number): HostTensor[] {
  return adapterSpecs(config, options).map(({ name, shape }) => {
    const data = new Float32Array(elementCount(shape))
    if (name.includes('lora_A')) {
      const rng = randomFor(seed, 'adapter', name)
      const bound = 1 / Math.sqrt(shape[1] as number)
      for (let i = 0; i < data.length; i++) data[i] = bound * (2 * rng.next() - 1)
    }
    return float32Tensor(data, shape)
  })
}
