/** An adapter as a folder that PEFT reads: `adapter_config.json`, `adapter_model.safetensors`; the optimizer beside them. */
import { existsSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { BatonError } from '../../core/failure.ts'
import type { ModelConfig } from '../../models/index.ts'
import { writePart } from '../../runs/files.ts'
import {
  allTrained,
  decodeSafetensors,
  encodeOptimizer,
  encodeSafetensors,
  namedTensors,
  type TensorRuntime,
  type TrainedState,
  tensorsInLayout,
  trainedState,
} from '../../tensor/index.ts'
import { adaptedParts, adapterSpecs, type LoraOptions } from './adapter.ts'

export const adapterConfigFile = 'adapter_config.json'
export const adapterFile = 'adapter_model.safetensors'
const optimizerFile = 'optimizer.safetensors'

export interface AdapterLayout {
  readonly config: ModelConfig
  readonly lora: LoraOptions
  /** Folder or name of the base, for who loads the adapter. */
  readonly base: string
}

/** Reads what `writeAdapter` wrote, with the optimizer state where there is one. */
export function readAdapter(runtime: TensorRuntime, { config, lora }: AdapterLayout, folder: string): TrainedState {
  checkAdapterConfig(lora, join(folder, adapterConfigFile))
  const specs = adapterSpecs(config, lora)
  const path = join(folder, adapterFile)
  const tensors = tensorsInLayout(specs, decodeSafetensors(readRequired(path), path), path)
  const where = join(folder, optimizerFile)
  const optimizer = existsSync(where) ? { file: decodeSafetensors(readFileSync(where), where), where } : null
  return trainedState(runtime, allTrained(specs), { tensors, optimizer })
}

export async function writeAdapter(
  { config, lora, base }: AdapterLayout,
  state: TrainedState,
  folder: string,
): Promise<void> {
  const specs = adapterSpecs(config, lora)
  await mkdir(folder, { recursive: true })
  const tensors = new Map(namedTensors(specs, state.weights))
  writePart(join(folder, adapterFile), encodeSafetensors({ tensors, metadata: { format: 'pt' } }))
  writePart(join(folder, adapterConfigFile), `${JSON.stringify(adapterConfig(lora, base), null, 2)}\n`)
  const optimizer = encodeOptimizer(allTrained(specs), state)
  if (optimizer !== null) writePart(join(folder, optimizerFile), optimizer)
}

function adapterConfig(lora: LoraOptions, base: string): Record<string, unknown> {
  return {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: base,
    r: lora.rank,
    lora_alpha: lora.alpha,
    lora_dropout: 0,
    target_modules: adaptedParts(lora).map((part) => `${part}_proj`),
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    modules_to_save: null,
    use_dora: false,
    use_rslora: false,
  }
}

/** The tensors' shapes say rank and targets; alpha is in the file alone. */
function checkAdapterConfig(lora: LoraOptions, path: string): void {
  let found: unknown
  try {
    found = JSON.parse(new TextDecoder().decode(readRequired(path)))
  } catch (error) {
    if (error instanceof BatonError) throw error
    throw adapterError(`${path} is not JSON`, error)
  }
  const { lora_alpha: alpha, use_dora: isDora, use_rslora: isRslora } = found as Record<string, unknown>
  if (alpha !== lora.alpha) {
    throw adapterError(
      `${path} has lora_alpha ${JSON.stringify(alpha)}; the policy has policy.lora.alpha ${lora.alpha}`,
    )
  }
  for (const [key, value] of Object.entries({ use_dora: isDora, use_rslora: isRslora })) {
    if (value === true) throw adapterError(`${path} has ${key}: true, which this engine does not compute`)
  }
}

function readRequired(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw adapterError(`${path} cannot be read`, cause)
  }
}

function adapterError(message: string, cause?: unknown): BatonError {
  return new BatonError(message, {
    boundary: 'engine',
    code: 'adapter',
    hint: 'Use the adapter with the model, policy.lora.rank, alpha and targets that it was trained with.',
    cause,
  })
}
