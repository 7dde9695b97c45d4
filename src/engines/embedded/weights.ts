/** The state of a policy in the worker: weights, AdamW moments, accumulated gradients; and their files. */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BatonError } from '../../core/failure.ts'
import { writePart } from '../../runs/files.ts'
import {
  type AdamwSettings,
  adamw,
  adamwInputs,
  adamwScalars,
  type DeviceTensor,
  decodeSafetensors,
  elementCount,
  encodeSafetensors,
  float32Tensor,
  type HostTensor,
  type TensorRuntime,
  tensorsInLayout,
} from '../../tensor/index.ts'
import type { AdamOptions, OptimStepResult } from '../policy-engine.ts'
import type { ModelConfig } from './model-config.ts'
import { type NamedSpec, parameterSpecs } from './parameters.ts'

export const modelFile = 'model.safetensors'
export const optimizerFile = 'optimizer.safetensors'

/** Tensors are replaced, never written to, so that a snapshot is a copy of this list. */
export type Weights = readonly DeviceTensor[]

export interface PolicyState {
  weights: Weights
  /** First and second moments; null before the first step. */
  moments: { readonly first: Weights; readonly second: Weights } | null
  /** Optimizer steps applied. */
  step: number
  /** Sum of the gradients since the last step, one list a tensor; null when there are none. */
  gradients: Float32Array[] | null
}

/** Reads a model folder, with the optimizer state where there is one. */
export async function readState(runtime: TensorRuntime, config: ModelConfig, folder: string): Promise<PolicyState> {
  const specs = parameterSpecs(config)
  const place = (tensors: readonly HostTensor[]): Weights => tensors.map((tensor) => runtime.backend.place(tensor))
  const path = join(folder, modelFile)
  const model = decodeSafetensors(await readRequired(path), path)
  const weights = place(tensorsInLayout(specs, model, path))
  const optimizerPath = join(folder, optimizerFile)
  const bytes = await readFile(optimizerPath).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (bytes === null) return { weights, moments: null, step: 0, gradients: null }
  const optimizer = decodeSafetensors(bytes, optimizerPath)
  const step = Number(optimizer.metadata['step'])
  if (!Number.isInteger(step) || step < 0) {
    throw new BatonError(`${optimizerPath} does not say how many steps were made`, {
      boundary: 'engine',
      code: 'optimizer-state',
      hint: 'Delete it to start the optimizer afresh, or use an older checkpoint.',
    })
  }
  const moments = place(
    tensorsInLayout([...momentSpecs(specs, 'm'), ...momentSpecs(specs, 'v')], optimizer, optimizerPath),
  )
  return {
    weights,
    moments: { first: moments.slice(0, specs.length), second: moments.slice(specs.length) },
    step,
    gradients: null,
  }
}

const momentSpecs = (specs: readonly NamedSpec[], moment: string): NamedSpec[] =>
  specs.map((spec) => ({ ...spec, name: `${moment}.${spec.name}` }))

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
export async function writeState(config: ModelConfig, state: PolicyState, folder: string): Promise<void> {
  const specs = parameterSpecs(config)
  await mkdir(folder, { recursive: true })
  const named = (list: readonly NamedSpec[], tensors: Weights): [string, HostTensor][] =>
    list.map(({ name, shape }, i) => [name, float32Tensor((tensors[i] as DeviceTensor).data as Float32Array, shape)])
  const model = encodeSafetensors({ tensors: new Map(named(specs, state.weights)), metadata: { format: 'pt' } })
  writePart(join(folder, modelFile), model)
  if (state.moments === null) return
  const tensors = new Map([
    ...named(momentSpecs(specs, 'm'), state.moments.first),
    ...named(momentSpecs(specs, 'v'), state.moments.second),
  ])
  const metadata = { format: 'baton-adamw', step: String(state.step) }
  writePart(join(folder, optimizerFile), encodeSafetensors({ tensors, metadata }))
}

/**
 * One AdamW step on the accumulated gradients, which are cleared. Where they are not finite nothing else changes.
 * The norm is summed in float64 in a fixed order: it is the same on any number of threads.
 */
export async function applyGradients(
  runtime: TensorRuntime,
  config: ModelConfig,
  state: PolicyState,
  options: AdamOptions,
): Promise<OptimStepResult> {
  const { gradients } = state
  if (gradients === null) throw new Error('optimStep needs gradients: call forwardBackward before it')
  state.gradients = null
  const gradNorm = globalNorm(gradients)
  if (!Number.isFinite(gradNorm)) return { gradNorm, isApplied: false }
  const specs = parameterSpecs(config)
  const settings: AdamwSettings = {
    ...options,
    gradientScale: gradNorm > options.maxGradNorm ? options.maxGradNorm / gradNorm : 1,
    step: state.step + 1,
  }
  const place = (tensor: HostTensor): DeviceTensor => runtime.backend.place(tensor)
  const zeros = (): Weights =>
    specs.map(({ shape }) => place(float32Tensor(new Float32Array(elementCount(shape)), shape)))
  const moments = state.moments ?? { first: zeros(), second: zeros() }
  const compiled = await runtime.sessions.get('adamw', () => adamw(runtime.jax), adamwInputs(specs))
  const updated = await compiled.run([
    ...state.weights,
    ...gradients.map((data, i) => place(float32Tensor(data, (specs[i] as NamedSpec).shape))),
    ...moments.first,
    ...moments.second,
    place(adamwScalars(settings)),
  ])
  const count = specs.length
  state.weights = updated.slice(0, count)
  state.moments = { first: updated.slice(count, 2 * count), second: updated.slice(2 * count) }
  state.step += 1
  return { gradNorm, isApplied: true }
}

function globalNorm(gradients: readonly Float32Array[]): number {
  let total = 0
  for (const gradient of gradients) {
    for (let i = 0; i < gradient.length; i++) total += (gradient[i] as number) ** 2
  }
  return Math.sqrt(total)
}
