/**
 * A LoRA adapter as PEFT keeps it: `adapter_config.json` and `adapter_model.safetensors` with
 * `base_model.model.<module>.lora_A.weight` [rank, in] and `lora_B.weight` [out, rank]. A weight W of the base becomes
 * W + scale * B A (arXiv:2106.09685); scale is alpha / rank, or alpha / sqrt(rank) with `use_rslora`.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ConfigKeys, configKeys } from '../config-keys.ts'
import { expectedTensors } from '../expected-tensors.ts'
import { isObject } from '../json-values.ts'
import type { ModelConfig } from '../model-config.ts'
import { modelFileError } from '../model-file-error.ts'
import { openWeightsFile } from '../safetensors-source.ts'
import type { TensorSource } from '../tensor-source.ts'

export const peftConfigFile = 'adapter_config.json'
export const peftWeightsFile = 'adapter_model.safetensors'

export interface Adapter {
  readonly folder: string
  readonly rank: number
  readonly scale: number
  /** `base_model_name_or_path`; null where it names none. */
  readonly base: string | null
  /** Content of `adapter_config.json`. */
  readonly config: Readonly<Record<string, unknown>>
  /** Close it when done. */
  readonly weights: TensorSource
}

const prefix = 'base_model.model.'

export const isAdapterFolder = (folder: string): boolean => existsSync(join(folder, peftConfigFile))

/** @throws BatonError for an adapter of another kind than plain LoRA. */
export async function openAdapter(folder: string): Promise<Adapter> {
  const path = join(folder, peftConfigFile)
  let config: unknown
  try {
    config = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw modelFileError(`${path} cannot be read`, 'Give the folder of a PEFT adapter.', cause)
  }
  if (!isObject(config)) throw modelFileError(`${path} is not a JSON object`)
  const keys = configKeys(config, path)
  const rank = keys.size('r')
  const alpha = keys.positive('lora_alpha', rank)
  const scale = alpha / (keys.flag('use_rslora', false) ? Math.sqrt(rank) : rank)
  const base = keys.raw('base_model_name_or_path')
  refuseOtherKinds(keys)
  return {
    folder,
    rank,
    scale,
    base: typeof base === 'string' && base !== '' ? base : null,
    config,
    weights: await openWeightsFile(join(folder, peftWeightsFile)),
  }
}

/** What changes nothing once the adapter is trained, then what must be as plain LoRA has it. */
function refuseOtherKinds(keys: ConfigKeys): void {
  const harmless = 'auto_mapping inference_mode init_lora_weights lora_dropout peft_version revision runtime_config'
  const training = 'target_modules task_type layer_replication loftq_config eva_config corda_config qalora_group_size'
  const more = 'exclude_modules megatron_core ensure_weight_tying layers_pattern trainable_token_indices arrow_config'
  for (const key of `${harmless} ${training} ${more}`.split(' ')) keys.raw(key)
  keys.only('peft_type', 'LORA')
  keys.only('bias', 'none')
  keys.finish()
}

export interface AdaptedModule {
  /** `model.layers.0.self_attn.q_proj` */
  readonly module: string
  /** Names in the adapter's file. */
  readonly a: string
  readonly b: string
  /** [out, in] of the weight. */
  readonly shape: readonly number[]
}

/** The linear layers that the adapter changes. @throws BatonError where it does not fit the model. */
export function adaptedModules({ weights, rank }: Adapter, config: ModelConfig): AdaptedModule[] {
  const shapes = new Map(expectedTensors(config).map(({ name, shape }) => [name, shape]))
  const modules = new Map<string, AdaptedModule>()
  for (const name of weights.tensors.keys()) {
    const module = /^base_model\.model\.(.+)\.lora_[AB]\.weight$/.exec(name)?.[1]
    const shape = module === undefined ? undefined : shapes.get(`${module}.weight`)
    if (module === undefined || shape?.length !== 2) {
      throw modelFileError(`${weights.where}: ${name} is no LoRA tensor of this ${config.architecture} model`)
    }
    const [a, b] = [`${prefix}${module}.lora_A.weight`, `${prefix}${module}.lora_B.weight`]
    modules.set(module, { module, a, b, shape })
  }
  for (const { a, b, shape } of modules.values()) {
    checkShape(weights, a, [rank, shape[1] as number])
    checkShape(weights, b, [shape[0] as number, rank])
  }
  if (modules.size === 0) throw modelFileError(`${weights.where} changes no layer`, 'Give another adapter.')
  return [...modules.values()]
}

function checkShape({ tensors, where }: TensorSource, name: string, shape: readonly number[]): void {
  const found = tensors.get(name)?.shape
  if (found?.join() === shape.join()) return
  throw modelFileError(
    `${where}: ${name} is ${found === undefined ? 'missing' : `[${found.join(', ')}]`}, wanted [${shape.join(', ')}]`,
    'Use the adapter with the base model that it was trained on.',
  )
}

/** The base with the adapter added, one tensor at a time. */
export function mergedWeights(base: TensorSource, adapter: Adapter, config: ModelConfig): TensorSource {
  const modules = new Map(adaptedModules(adapter, config).map((module) => [`${module.module}.weight`, module]))
  return {
    ...base,
    async read(name) {
      const weight = await base.read(name)
      const module = modules.get(name)
      if (module === undefined) return weight
      const [a, b] = [await adapter.weights.read(module.a), await adapter.weights.read(module.b)]
      return addProduct(weight, { a, b, rank: adapter.rank, scale: adapter.scale })
    },
  }
}

/** weight + scale * b a, in place. @param weight [out, in]. @param part.a [rank, in]. @param part.b [out, rank]. */
function addProduct(
  weight: Float32Array,
  {
    a,
    b,
    rank,
    scale,
  }: { readonly a: Float32Array; readonly b: Float32Array; readonly rank: number; readonly scale: number },
): Float32Array {
  const width = a.length / rank
  const rows = b.length / rank
  const row = new Float64Array(width)
  for (let i = 0; i < rows; i++) {
    row.fill(0)
    for (let r = 0; r < rank; r++) {
      const factor = scale * (b[i * rank + r] as number)
      for (let j = 0; j < width; j++) row[j] = (row[j] as number) + factor * (a[r * width + j] as number)
    }
    for (let j = 0; j < width; j++) weight[i * width + j] = (weight[i * width + j] as number) + (row[j] as number)
  }
  return weight
}
