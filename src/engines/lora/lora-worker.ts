/** The worker module of the LoRA engine: holds the frozen base, the adapter and its optimizer state. */
import type { ModelConfig } from '../../models/index.ts'
import {
  accumulate,
  allTrained,
  applyGradients,
  serveTensorWorker,
  type TensorRuntime,
  type TrainedState,
  trainedState,
  type WorkerMethods,
} from '../../tensor/index.ts'
import { type ConstraintsSetUp, createConstraints } from '../constraint/index.ts'
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
import { sampleCompletions } from '../sample-completions.ts'
import { type TokenScores, trainingPass } from '../training-pass.ts'
import { createWeightSnapshots, type SnapshotId } from '../weight-snapshots.ts'
import { adapterSpecs, freshAdapter, type LoraOptions } from './adapter.ts'
import { readAdapter, writeAdapter } from './adapter-files.ts'
import { type BasePrecision, readBase } from './base-weights.ts'
import { layeredDecodingModel } from './decoding.ts'
import { createKeptStates } from './kept-states.ts'
import type { LayeredModel } from './passes.ts'
import { packedGradients, scorePacked } from './scoring.ts'

export interface LoraWorkerArgument {
  readonly config: ModelConfig
  /** The base's. */
  readonly folder: string
  /** One with an adapter to begin with; null begins with a fresh one. */
  readonly adapterFolder: string | null
  readonly lora: LoraOptions
  readonly precision: BasePrecision
  readonly seed: number
  readonly batchTokens: number
  /** Memory for what a pass scores and then learns from. */
  readonly keptBytes: number
  readonly stopTokens: readonly number[]
  /** Absent: completions are free. */
  readonly constraints?: ConstraintsSetUp
}

/** `base`: without the adapter. */
type WeightsId = SnapshotId | 'base'

interface SampleArgument {
  readonly snapshot: WeightsId
  readonly requests: readonly SampleRequest[]
  readonly options: SampleOptions
}

interface ScoreArgument {
  readonly snapshot: WeightsId
  readonly sequences: readonly TokenSequence[]
}

interface WeightedArgument {
  readonly sequences: readonly TokenSequence[]
  readonly weights: readonly ArrayLike<number>[]
}

interface LearnArgument {
  readonly data: readonly TrainingDatum[]
  readonly loss: TrainingLoss
}

async function createMethods(runtime: TensorRuntime, argument: LoraWorkerArgument): Promise<WorkerMethods> {
  const { config, lora, batchTokens, folder, stopTokens } = argument
  const layout = allTrained(adapterSpecs(config, lora))
  const files = { config, lora, base: folder }
  const base = await readBase(runtime.backend, config, { folder, precision: argument.precision })
  const model: LayeredModel = { runtime, config, base, lora }
  let state: TrainedState =
    argument.adapterFolder === null
      ? trainedState(runtime, layout, { tensors: freshAdapter(config, lora, argument.seed), optimizer: null })
      : readAdapter(runtime, files, argument.adapterFolder)
  const { weightsOf, methods: snapshotMethods } = createWeightSnapshots(() => state)
  const adapterOf = (id: WeightsId) => (id === 'base' ? null : weightsOf(id))
  const constraints = argument.constraints === undefined ? undefined : createConstraints(argument.constraints)
  const scoring = (signal: AbortSignal) => ({ model, batchTokens, signal, constraints })
  return {
    sample({ snapshot, requests, options }: SampleArgument, signal): Promise<SampledCompletion[][]> {
      const decoding = layeredDecodingModel({ model, adapter: adapterOf(snapshot), stopTokens, batchTokens })
      return sampleCompletions(decoding, requests, { options, signal, constraints })
    },
    async logprobs({ snapshot, sequences }: ScoreArgument, signal): Promise<readonly Float32Array[]> {
      return (await scorePacked(scoring(signal), adapterOf(snapshot), sequences)).logprobs
    },
    async forwardBackward({ data, loss }: LearnArgument, signal): Promise<ForwardBackwardResult> {
      const { weights } = state
      const context = { ...scoring(signal), kept: createKeptStates(argument.keptBytes) }
      const { result, gradients } = await trainingPass(
        {
          score: (sequences) => scorePacked(context, weights, sequences),
          weightedGradients: (sequences, tokenWeights) =>
            packedGradients(context, weights, { sequences, weights: tokenWeights }),
        },
        data,
        loss,
      )
      accumulate(layout, state, gradients)
      return result
    },
    async addWeightedGradients({ sequences, weights }: WeightedArgument, signal): Promise<TokenScores> {
      const { gradients, ...scores } = await packedGradients(scoring(signal), state.weights, { sequences, weights })
      accumulate(layout, state, gradients)
      return scores
    },
    scoreTokens(sequences: readonly TokenSequence[], signal): Promise<TokenScores> {
      return scorePacked(scoring(signal), state.weights, sequences)
    },
    optimStep(options: AdamOptions): Promise<OptimStepResult> {
      return applyGradients(runtime, layout, { state, options })
    },
    ...snapshotMethods,
    async gradients(): Promise<readonly Float32Array[] | null> {
      return state.gradients
    },
    save(to: string): Promise<void> {
      return writeAdapter(files, state, to)
    },
    async load(from: string): Promise<void> {
      state = readAdapter(runtime, files, from)
    },
  }
}

await serveTensorWorker(createMethods)
