/** The worker module of the embedded engine: holds weights and optimizer state and does all arithmetic. */

import type { ModelConfig } from '../../models/index.ts'
import {
  accumulate,
  allTrained,
  applyGradients,
  serveTensorWorker,
  type TensorRuntime,
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
import { embeddedDecodingModel } from './decoding.ts'
import { parameterSpecs } from './parameters.ts'
import { type ScoringContext, scoreSequences, weightedGradients } from './scoring.ts'
import { readState, writeState } from './weights.ts'

export interface EmbeddedWorkerArgument {
  readonly config: ModelConfig
  readonly folder: string
  readonly microBatchTokens: number
  /** Absent: completions are free. */
  readonly constraints?: ConstraintsSetUp
}

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

/**
 * Up to this width the sums of a row are in the same order on any number of threads, for which small batches are padded
 * (`leastPositions`). Wider models would compute several times as much.
 */
const widestOnAnyThreads = 256

async function createMethods(runtime: TensorRuntime, argument: EmbeddedWorkerArgument): Promise<WorkerMethods> {
  const { config, microBatchTokens } = argument
  const leastPositions = config.hiddenSize <= widestOnAnyThreads ? config.hiddenSize : 0
  const layout = allTrained(parameterSpecs(config))
  let state = await readState(runtime, config, argument.folder)
  const constraints = argument.constraints === undefined ? undefined : createConstraints(argument.constraints)
  const { weightsOf, methods: snapshotMethods } = createWeightSnapshots(() => state)
  const scoring = (signal: AbortSignal): ScoringContext => {
    const options = { microBatchTokens, contextLength: config.contextLength, leastPositions }
    return { runtime, config, signal, options, constraints }
  }
  return {
    sample({ snapshot, requests, options }: SampleArgument, signal): Promise<SampledCompletion[][]> {
      const model = embeddedDecodingModel({ runtime, config, weights: weightsOf(snapshot), leastPositions })
      return sampleCompletions(model, requests, { options, signal, constraints })
    },
    async logprobs({ snapshot, sequences }: ScoreArgument, signal): Promise<readonly Float32Array[]> {
      return (await scoreSequences(scoring(signal), weightsOf(snapshot), sequences)).logprobs
    },
    async forwardBackward({ data, loss }: LearnArgument, signal): Promise<ForwardBackwardResult> {
      const { weights } = state
      const context = scoring(signal)
      const { result, gradients } = await trainingPass(
        {
          score: (sequences) => scoreSequences(context, weights, sequences),
          weightedGradients: (sequences, tokenWeights) =>
            weightedGradients(context, weights, { sequences, weights: tokenWeights }),
        },
        data,
        loss,
      )
      accumulate(layout, state, gradients)
      return result
    },
    async addWeightedGradients({ sequences, weights }: WeightedArgument, signal): Promise<TokenScores> {
      const { gradients, ...scores } = await weightedGradients(scoring(signal), state.weights, { sequences, weights })
      accumulate(layout, state, gradients)
      return scores
    },
    scoreTokens(sequences: readonly TokenSequence[], signal): Promise<TokenScores> {
      return scoreSequences(scoring(signal), state.weights, sequences)
    },
    optimStep(options: AdamOptions): Promise<OptimStepResult> {
      return applyGradients(runtime, layout, { state, options })
    },
    ...snapshotMethods,
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
