/** The state of a policy in the worker, and its files. */
import { mkdir, readFile } from 'node:fs/promises'
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
import { parameterSpecs } from './parameters.ts'

export const modelFile = 'model.safetensors'
export const optimizerFile = 'optimizer.safetensors'

/** Reads a model folder, with the optimizer state where there is one. */
export async function readState(runtime: TensorRuntime, config: ModelConfig, folder: string): Promise<TrainedState> {
  const specs = parameterSpecs(config)
  const path = join(folder, modelFile)
  const model = decodeSafetensors(await readRequired(path), path)
  const tensors = tensorsInLayout(specs, model, path)
  const where = join(folder, optimizerFile)
  const bytes = await readFile(where).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  const optimizer = bytes === null ? null : { file: decodeSafetensors(bytes, where), where }
  return trainedState(runtime, allTrained(specs), { tensors, optimizer })
}

async function readRequired(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new BatonError(`${path} cannot be read`, {
      boundary: 'engine',
      code: 'model-file',
      hint: 'Point policy.model at a folder with config.json, tokenizer.json and model.safetensors.',
      cause,
    })
  }
}

/** Writes `model.safetensors`, and `optimizer.safetensors` after the first step. */
export async function writeState(config: ModelConfig, state: TrainedState, folder: string): Promise<void> {
  const specs = parameterSpecs(config)
  await mkdir(folder, { recursive: true })
  const tensors = new Map(namedTensors(specs, state.weights))
  writePart(join(folder, modelFile), encodeSafetensors({ tensors, metadata: { format: 'pt' } }))
  const optimizer = encodeOptimizer(allTrained(specs), state)
  if (optimizer !== null) writePart(join(folder, optimizerFile), optimizer)
}
