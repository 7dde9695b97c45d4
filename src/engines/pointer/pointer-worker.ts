/** The worker module of the pointer engine: holds weights and optimizer state and does all arithmetic. */
import { join } from 'node:path'
import type { Json } from '../../core/json.ts'
import { writePart } from '../../runs/files.ts'
import {
  accumulate,
  applyGradients,
  decodeSafetensors,
  encodeOptimizer,
  type HostTensor,
  namedTensors,
  type StateLayout,
  serveTensorWorker,
  type TensorRuntime,
  type TrainedState,
  trainedState,
  type WorkerMethods,
} from '../../tensor/index.ts'
import type {
  AdamOptions,
  ForwardBackwardResult,
  OptimStepResult,
  SampledCompletion,
  SampleOptions,
  SampleRequest,
  TokenSequence,
  TrainingDatum,
  TrainingLoss,
} from '../policy-engine.ts'
import { trainingPass } from '../training-pass.ts'
import { createWeightSnapshots, type SnapshotId } from '../weight-snapshots.ts'
import { parseArchitecture } from './architecture.ts'
import { encodeSelector, readOptional, readSelector, selectorFile } from './checkpoint.ts'
import { trainableIndices } from './graphs.ts'
import { selectorParameterSpecs } from './parameters.ts'
import { type BeamRequest, beamPicks, samplePicks } from './pick-demonstrations.ts'
import { type PickContext, pickGradients, scorePicks } from './pick-scoring.ts'
import type { PickTables } from './pick-tokens.ts'

export interface PointerWorkerArgument {
  /** A `SelectorArchitecture`. */
  readonly architecture: Json
  readonly parameters: readonly HostTensor[]
  /** Rows on shared memory reach the worker without a copy. */
  readonly tables: PickTables
  /** Prefixes of names of tensors that stay as they are. */
  readonly frozen: readonly string[]
}

const optimizerFile = 'optimizer.safetensors'

interface SampleArgument {
  readonly snapshot: SnapshotId
  readonly requests: readonly SampleRequest[]
  readonly options: SampleOptions
}

interface ScoreArgument {
  readonly snapshot: SnapshotId
  readonly sequences: readonly TokenSequence[]
}

async function createMethods(runtime: TensorRuntime, argument: PointerWorkerArgument): Promise<WorkerMethods> {
  const { tables, frozen } = argument
  const architecture = parseArchitecture(argument.architecture, 'the selector')
  const layout: StateLayout = {
    specs: selectorParameterSpecs(architecture),
    trained: trainableIndices(architecture, frozen),
  }
  const tokens = { candidates: tables.candidates.ids.length, queries: tables.queries.ids.length }
  let state: TrainedState = trainedState(runtime, layout, { tensors: argument.parameters, optimizer: null })
  const { weightsOf, methods: snapshotMethods } = createWeightSnapshots(() => state)
  const contextOf = (signal: AbortSignal): PickContext => ({ runtime, architecture, layout, tables, tokens, signal })
  return {
    sample({ snapshot, requests, options }: SampleArgument, signal): Promise<SampledCompletion[][]> {
      return samplePicks(contextOf(signal), weightsOf(snapshot), { requests, options })
    },
    beam({ requests, shots }: { requests: readonly BeamRequest[]; shots: number }, signal) {
      return beamPicks(contextOf(signal), state.weights, { requests, shots })
    },
    async logprobs({ snapshot, sequences }: ScoreArgument, signal): Promise<readonly Float32Array[]> {
      return (await scorePicks(contextOf(signal), weightsOf(snapshot), sequences)).logprobs
    },
    async forwardBackward(
      { data, loss }: { readonly data: readonly TrainingDatum[]; readonly loss: TrainingLoss },
      signal,
    ): Promise<ForwardBackwardResult> {
      const { weights } = state
      const context = contextOf(signal)
      const { result, gradients } = await trainingPass(
        {
          score: (sequences) => scorePicks(context, weights, sequences),
          weightedGradients: (sequences, tokenWeights) => pickGradients(context, weights, { sequences, tokenWeights }),
        },
        data,
        loss,
      )
      accumulate(layout, state, gradients)
      return result
    },
    optimStep(options: AdamOptions): Promise<OptimStepResult> {
      return applyGradients(runtime, layout, { state, options })
    },
    ...snapshotMethods,
    async gradients(): Promise<readonly Float32Array[] | null> {
      return state.gradients
    },
    async tensors(): Promise<[string, HostTensor][]> {
      return namedTensors(layout.specs, state.weights)
    },
    async save(folder: string): Promise<void> {
      const tensors = new Map(namedTensors(layout.specs, state.weights))
      writePart(join(folder, selectorFile), encodeSelector({ architecture, tensors }))
      const optimizer = encodeOptimizer(layout, state)
      if (optimizer !== null) writePart(join(folder, optimizerFile), optimizer)
    },
    async load(folder: string): Promise<void> {
      const { tensors } = readSelector(join(folder, selectorFile), architecture)
      const where = join(folder, optimizerFile)
      const bytes = readOptional(where)
      const optimizer = bytes === null ? null : { file: decodeSafetensors(bytes, where), where }
      const ordered = layout.specs.map(({ name }) => tensors.get(name) as HostTensor)
      state = trainedState(runtime, layout, { tensors: ordered, optimizer })
    },
  }
}

await serveTensorWorker(createMethods)
