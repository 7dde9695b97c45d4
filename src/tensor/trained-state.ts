/**
 * The state of a trained model: weights, of which some may be frozen, AdamW moments and accumulated gradients of the
 * trained ones. One step clips the global norm and applies AdamW.
 */
import { BatonError } from '../core/failure.ts'
import { type AdamwSettings, adamw, adamwInputs, adamwScalars } from './adamw.ts'
import type { DeviceTensor, TensorBackend } from './backend.ts'
import { elementCount, float32Tensor, type HostTensor, type TensorSpec } from './host-tensor.ts'
import { encodeSafetensors, type SafetensorsFile, tensorsInLayout } from './safetensors.ts'
import type { TensorRuntime } from './worker-host.ts'

export interface NamedSpec extends TensorSpec {
  readonly name: string
}

export interface StateLayout {
  readonly specs: readonly NamedSpec[]
  /** Indices into `specs`, ascending: the tensors that are trained. */
  readonly trained: readonly number[]
}

/** Tensors are replaced, never written to, so that a snapshot is a copy of this list. */
export type Weights = readonly DeviceTensor[]

export interface TrainedState {
  /** All, frozen ones too. */
  weights: Weights
  /** First and second moments of the trained tensors; null before the first step. */
  moments: { readonly first: Weights; readonly second: Weights } | null
  /** Optimizer steps applied. */
  step: number
  /** Sum of the gradients since the last step, one list a trained tensor; null when there are none. */
  gradients: Float32Array[] | null
}

export type AdamStep = Omit<AdamwSettings, 'gradientScale' | 'step'> & {
  /** Global gradient norm above which gradients are scaled down; Infinity is off. */
  readonly maxGradNorm: number
}

/** A layout without frozen tensors. */
export function allTrained(specs: readonly NamedSpec[]): StateLayout {
  return { specs, trained: specs.map((_, i) => i) }
}

/**
 * @param tensors in the order of the layout.
 * @param optimizer what `encodeOptimizer` wrote; null for a model that was not trained yet.
 * @param where names the optimizer's file in errors.
 */
export function trainedState(
  { backend }: TensorRuntime,
  layout: StateLayout,
  {
    tensors,
    optimizer,
  }: {
    readonly tensors: readonly HostTensor[]
    readonly optimizer: { readonly file: SafetensorsFile; readonly where: string } | null
  },
): TrainedState {
  const place = (list: readonly HostTensor[]): Weights => list.map((tensor) => backend.place(tensor))
  const weights = place(tensors)
  if (optimizer === null) return { weights, moments: null, step: 0, gradients: null }
  const { file, where } = optimizer
  const step = Number(file.metadata['step'])
  if (!Number.isInteger(step) || step < 0) {
    throw new BatonError(`${where} does not say how many steps were made`, {
      boundary: 'engine',
      code: 'optimizer-state',
      hint: 'Delete it to start the optimizer afresh, or use an older checkpoint.',
    })
  }
  const moments = place(tensorsInLayout([...momentSpecs(layout, 'm'), ...momentSpecs(layout, 'v')], file, where))
  const count = layout.trained.length
  return { weights, moments: { first: moments.slice(0, count), second: moments.slice(count) }, step, gradients: null }
}

/** The moments as a safetensors file; null before the first step. */
export function encodeOptimizer(layout: StateLayout, state: TrainedState): Uint8Array | null {
  if (state.moments === null) return null
  const tensors = new Map([
    ...namedTensors(momentSpecs(layout, 'm'), state.moments.first),
    ...namedTensors(momentSpecs(layout, 'v'), state.moments.second),
  ])
  return encodeSafetensors({ tensors, metadata: { format: 'baton-adamw', step: String(state.step) } })
}

/** Tensors on the host, by name. */
export function namedTensors(specs: readonly NamedSpec[], tensors: Weights): [string, HostTensor][] {
  return specs.map(({ name, shape }, i) => [
    name,
    float32Tensor((tensors[i] as DeviceTensor).data as Float32Array, shape),
  ])
}

const momentSpecs = (layout: StateLayout, moment: string): NamedSpec[] =>
  trainedSpecs(layout).map((spec) => ({ ...spec, name: `${moment}.${spec.name}` }))

function trainedSpecs({ specs, trained }: StateLayout): NamedSpec[] {
  return trained.map((i) => specs[i] as NamedSpec)
}

/** Adds to the accumulated gradients; null adds zeros. @param gradients one list a trained tensor, no longer the caller's. */
export function accumulate(layout: StateLayout, state: TrainedState, gradients: Float32Array[] | null): void {
  state.gradients = addLists(state.gradients, gradients ?? zeros(layout))
}

function zeros(layout: StateLayout): Float32Array[] {
  return trainedSpecs(layout).map(({ shape }) => new Float32Array(elementCount(shape)))
}

/** Adds `lists` to `sum` in place; without a sum the lists themselves become it. */
export function addLists(sum: Float32Array[] | null, lists: Float32Array[]): Float32Array[] {
  if (sum === null) return lists
  lists.forEach((list, i) => {
    const into = sum[i] as Float32Array
    for (let k = 0; k < into.length; k++) into[k] = (into[k] as number) + (list[k] as number)
  })
  return sum
}

/**
 * One AdamW step on the accumulated gradients, which are cleared. Where they are not finite nothing else changes.
 * The norm is summed in float64 in a fixed order: it is the same on any number of threads.
 */
export async function applyGradients(
  { backend, jax, sessions }: TensorRuntime,
  layout: StateLayout,
  { state, options }: { readonly state: TrainedState; readonly options: AdamStep },
): Promise<{ readonly gradNorm: number; readonly isApplied: boolean }> {
  const { gradients } = state
  if (gradients === null) throw new Error('optimStep needs gradients: call forwardBackward before it')
  state.gradients = null
  const gradNorm = globalNorm(gradients)
  if (!Number.isFinite(gradNorm)) return { gradNorm, isApplied: false }
  const settings: AdamwSettings = {
    ...options,
    gradientScale: gradNorm > options.maxGradNorm ? options.maxGradNorm / gradNorm : 1,
    step: state.step + 1,
  }
  const specs = trainedSpecs(layout)
  const count = sizeOf(specs)
  const place = (data: Float32Array): DeviceTensor => backend.place(float32Tensor(data, [count]))
  const joinedWeights = (tensors: Weights): DeviceTensor =>
    place(
      joined(
        tensors.map(({ data }) => data as Float32Array),
        count,
      ),
    )
  const { first, second } = state.moments ?? { first: [], second: [] }
  const compiled = await sessions.get(`adamw/${count}`, () => adamw(jax), adamwInputs(count))
  const updated = await compiled.run([
    joinedWeights(layout.trained.map((i) => state.weights[i] as DeviceTensor)),
    place(joined(gradients, count)),
    joinedWeights(first),
    joinedWeights(second),
    place(decays(specs, count)),
    backend.place(adamwScalars(settings)),
  ])
  const [parameters, newFirst, newSecond] = updated.map((tensor) => parted(backend, specs, tensor)) as [
    Weights,
    Weights,
    Weights,
  ]
  const weights = [...state.weights]
  layout.trained.forEach((index, i) => {
    weights[index] = parameters[i] as DeviceTensor
  })
  state.weights = weights
  state.moments = { first: newFirst, second: newSecond }
  state.step += 1
  return { gradNorm, isApplied: true }
}

const sizeOf = (specs: readonly TensorSpec[]): number =>
  specs.reduce((total, { shape }) => total + elementCount(shape), 0)

/** One list of all numbers, zeros where there are no lists. */
function joined(lists: readonly Float32Array[], count: number): Float32Array {
  const all = new Float32Array(count)
  let offset = 0
  for (const list of lists) {
    all.set(list, offset)
    offset += list.length
  }
  return all
}

/** The tensors of `specs` as parts of one list, whose memory they share. */
function parted(backend: TensorBackend, specs: readonly TensorSpec[], { data }: DeviceTensor): Weights {
  let offset = 0
  return specs.map(({ shape }) => {
    const size = elementCount(shape)
    offset += size
    return backend.place(float32Tensor((data as Float32Array).subarray(offset - size, offset), shape))
  })
}

/** 1 for the numbers of matrices, 0 for those of vectors (norm gains), which do not decay. */
function decays(specs: readonly TensorSpec[], count: number): Float32Array {
  const all = new Float32Array(count)
  let offset = 0
  for (const { shape } of specs) {
    const size = elementCount(shape)
    if (shape.length > 1) all.fill(1, offset, offset + size)
    offset += size
  }
  return all
}

function globalNorm(gradients: readonly Float32Array[]): number {
  let total = 0
  for (const gradient of gradients) {
    for (let i = 0; i < gradient.length; i++) total += (gradient[i] as number) ** 2
  }
  return Math.sqrt(total)
}
