/** The worker module of the embedded engine: holds weights and optimizer state and does all arithmetic. */
import { serveTensorWorker, type TensorRuntime, type WorkerMethods } from '../../tensor/index.ts'
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
import { addWeightedGradients, forwardBackward } from './learning.ts'
import type { ModelConfig } from './model-config.ts'
import { sampleCompletions } from './sampler.ts'
import { type Scores, type ScoringContext, scoreSequences } from './scoring.ts'
import { applyGradients, readState, type Weights, writeState } from './weights.ts'

export interface EmbeddedWorkerArgument {
  readonly config: ModelConfig
  readonly folder: string
  readonly microBatchTokens: number
}

/** Which weights: null the current ones, else those of a snapshot. */
type SnapshotId = number | null

interface SampleArgument {
  readonly snapshot: SnapshotId
  readonly requests: readonly SampleRequest[]
  readonly options: SampleOptions
}

interface ScoreArgument {
  readonly snapshot: SnapshotId
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

async function createMethods(runtime: TensorRuntime, argument: EmbeddedWorkerArgument): Promise<WorkerMethods> {
  const { config, microBatchTokens } = argument
  let state = await readState(runtime, config, argument.folder)
  const snapshots = new Map<number, Weights>()
  let lastSnapshot = 0
  const weightsOf = (snapshot: SnapshotId): Weights => {
    if (snapshot === null) return state.weights
    const weights = snapshots.get(snapshot)
    if (weights === undefined) throw new Error(`snapshot ${snapshot} is closed`)
    return weights
  }
  const scoring = (signal: AbortSignal): ScoringContext => {
    const options = { microBatchTokens, contextLength: config.contextLength, leastPositions: config.hiddenSize }
    return { runtime, config, signal, options }
  }
  return {
    sample({ snapshot, requests, options }: SampleArgument, signal): Promise<SampledCompletion[][]> {
      return sampleCompletions({ runtime, config, weights: weightsOf(snapshot), options, signal }, requests)
    },
    async logprobs({ snapshot, sequences }: ScoreArgument, signal): Promise<Float32Array[]> {
      return (await scoreSequences(scoring(signal), weightsOf(snapshot), sequences)).logprobs
    },
    forwardBackward({ data, loss }: LearnArgument, signal): Promise<ForwardBackwardResult> {
      return forwardBackward(scoring(signal), state, data, loss)
    },
    addWeightedGradients({ sequences, weights }: WeightedArgument, signal): Promise<Scores> {
      return addWeightedGradients(scoring(signal), state, sequences, weights)
    },
    scoreTokens(sequences: readonly TokenSequence[], signal): Promise<Scores> {
      return scoreSequences(scoring(signal), state.weights, sequences)
    },
    optimStep(options: AdamOptions): Promise<OptimStepResult> {
      return applyGradients(runtime, config, state, options)
    },
    async openSnapshot(): Promise<{ id: number; version: number }> {
      lastSnapshot += 1
      snapshots.set(lastSnapshot, state.weights)
      return { id: lastSnapshot, version: state.step }
    },
    async closeSnapshot(id: number): Promise<void> {
      snapshots.delete(id)
    },
    async gradients(): Promise<readonly Float32Array[] | null> {
      return state.gradients
    },
    save(folder: string): Promise<void> {
      return writeState(config, state, folder)
    },
    async load(folder: string): Promise<void> {
      state = await readState(runtime, config, folder)
    },
  }
}

await serveTensorWorker(createMethods)
