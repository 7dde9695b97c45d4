/** An engine whose arithmetic happens in a worker: the main thread checks arguments and forwards calls. */
import { BatonError } from '../../core/failure.ts'
import type { TensorWorker } from '../../tensor/index.ts'
import type {
  ForwardBackwardResult,
  OptimStepResult,
  PolicyEngine,
  PolicySampler,
  PolicySnapshot,
  SampledCompletion,
  Tokenizer,
  TokenSequence,
} from '../policy-engine.ts'
import type { TokenScores } from '../training-pass.ts'

/** A policy engine whose gradients can also be given token by token: what a training server needs. */
export interface EmbeddedEngine extends PolicyEngine {
  /** By grammar: tokens of a short text of it, its end counted; Infinity where the vocabulary cannot write one. */
  readonly leastTokens: ReadonlyMap<string, number>
  /**
   * Adds the gradient of the sum over tokens of weight * log-prob to the accumulated gradients; no sequences add zeros.
   * @param weights one list a sequence, one number a completion token.
   * @returns log-probs before any update, one list a sequence, and the mean entropy over completion tokens.
   */
  addWeightedGradients(
    sequences: readonly TokenSequence[],
    weights: readonly ArrayLike<number>[],
    signal?: AbortSignal,
  ): Promise<TokenScores>
  /** The same without a gradient. */
  scoreTokens(sequences: readonly TokenSequence[], signal?: AbortSignal): Promise<TokenScores>
}

/** What a sequence must fit. */
export interface SequenceLimits {
  readonly contextLength: number
  readonly vocabularySize: number
}

export interface WorkerEngineParts {
  readonly name: string
  readonly worker: TensorWorker
  readonly config: SequenceLimits
  readonly tokenizer: Tokenizer
  readonly parameterCount: number
  /** Of the engine. */
  readonly leastTokens: ReadonlyMap<string, number>
  /** Writes the files beside the weights. */
  writeModelFiles(folder: string): void
}

/** An engine on a worker with the methods of `embedded-worker.ts`. */
export function engineOnWorker(parts: WorkerEngineParts): EmbeddedEngine {
  const { worker, config } = parts
  let isClosed = false
  return {
    name: parts.name,
    tokenizer: parts.tokenizer,
    contextLength: config.contextLength,
    parameterCount: parts.parameterCount,
    leastTokens: parts.leastTokens,
    ...samplerOf(worker, config, null),
    async forwardBackward(data, loss, signal): Promise<ForwardBackwardResult> {
      checkSequences(data, config)
      return worker.call('forwardBackward', { data, loss }, signal)
    },
    async addWeightedGradients(sequences, weights, signal): Promise<TokenScores> {
      checkSequences(sequences, config)
      return worker.call('addWeightedGradients', { sequences, weights }, signal)
    },
    async scoreTokens(sequences, signal): Promise<TokenScores> {
      checkSequences(sequences, config)
      return worker.call('scoreTokens', sequences, signal)
    },
    optimStep: (adam, signal): Promise<OptimStepResult> => worker.call('optimStep', adam, signal),
    async snapshot(): Promise<PolicySnapshot> {
      const { id, version } = await worker.call<{ id: number; version: number }>('openSnapshot', null)
      const close = async (): Promise<void> => {
        // A closed engine holds no snapshots.
        if (!isClosed) await worker.call('closeSnapshot', id)
      }
      return { version, ...samplerOf(worker, config, id), close }
    },
    async save(folder): Promise<void> {
      await worker.call('save', folder)
      parts.writeModelFiles(folder)
    },
    load: (folder): Promise<void> => worker.call('load', folder),
    close() {
      isClosed = true
      return worker.close()
    },
  }
}

/** @param weights which: null the current ones, a number those of a snapshot, `base` those without the adapter. */
export function samplerOf(
  worker: TensorWorker,
  config: SequenceLimits,
  snapshot: number | 'base' | null,
): PolicySampler {
  return {
    async sample(requests, options, signal): Promise<SampledCompletion[][]> {
      for (const { prompt } of requests) checkTokens(prompt, config)
      const tooLong = requests.find(({ prompt }) => prompt.length === 0 || prompt.length >= config.contextLength)
      if (tooLong !== undefined) throw lengthError(tooLong.prompt.length, 'prompt', config)
      if (!(options.maxTokens >= 1)) throw new RangeError(`maxTokens must be at least 1 (got ${options.maxTokens})`)
      return worker.call('sample', { snapshot, requests, options }, signal)
    },
    async logprobs(sequences, signal): Promise<Float32Array[]> {
      checkSequences(sequences, config)
      return worker.call('logprobs', { snapshot, sequences }, signal)
    },
  }
}

function checkSequences(sequences: readonly TokenSequence[], config: SequenceLimits): void {
  for (const { prompt, completion } of sequences) {
    checkTokens(prompt, config)
    checkTokens(completion, config)
    const length = prompt.length + completion.length
    if (prompt.length === 0 || length > config.contextLength) throw lengthError(length, 'sequence', config)
  }
}

function checkTokens(tokens: readonly number[], config: SequenceLimits): void {
  for (const token of tokens) {
    if (!(token >= 0 && token < config.vocabularySize)) {
      throw new RangeError(`token ${token} is not in the vocabulary of ${config.vocabularySize}`)
    }
  }
}

function lengthError(length: number, what: string, config: SequenceLimits): BatonError {
  return new BatonError(
    `a ${what} has ${length} tokens; the policy takes prompts of 1 or more and ${config.contextLength} in all`,
    {
      boundary: 'engine',
      code: 'context-length',
      hint: 'Lower policy.promptMaxTokens or policy.maxCompletionTokens, or use a model with a longer context.',
    },
  )
}
