/**
 * The embedded engine on the main thread: checks arguments, forwards them to the worker. Tokens are encoded here; all
 * arithmetic happens in the worker.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BatonError } from '../../core/failure.ts'
import { formatModelConfig, type ModelConfig, modelConfigError, parseModelConfig } from '../../models/index.ts'
import { writePart } from '../../runs/files.ts'
import { startTensorWorker, type TensorWorker } from '../../tensor/index.ts'
import type {
  ForwardBackwardResult,
  OptimStepResult,
  PolicyEngine,
  PolicySampler,
  PolicySnapshot,
  SampledCompletion,
  TokenSequence,
} from '../policy-engine.ts'
import type { TokenScores } from '../training-pass.ts'
import type { EmbeddedWorkerArgument } from './embedded-worker.ts'
import { parameterCount } from './parameters.ts'
import { refuseOtherGraphs } from './supported-models.ts'
import { parseTokenizer } from './tokenizer.ts'

export interface EmbeddedEngineOptions {
  /** Holds `config.json`, `tokenizer.json`, `model.safetensors`, and `optimizer.safetensors` if training continues. */
  readonly modelFolder: string
  /** Processor threads; 0 and absent: the cores, at most 4. */
  readonly threads?: number
  /** Tokens that are trained on at once, padding included; more need more memory. Default 1024. */
  readonly microBatchTokens?: number
  /** `auto`: onnxruntime where it has a binary, else jax-js. */
  readonly backend?: 'auto' | 'onnxruntime' | 'jax-js'
}

/** A policy engine whose gradients can also be given token by token: what a training server needs. */
export interface EmbeddedEngine extends PolicyEngine {
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

/** @throws BatonError where the folder is not a model, naming what is wrong with which file. */
export async function createEmbeddedEngine(options: EmbeddedEngineOptions): Promise<EmbeddedEngine> {
  const { modelFolder } = options
  const read = async (name: string): Promise<string> => {
    const path = join(modelFolder, name)
    return readFile(path, 'utf8').catch((cause: unknown) => {
      throw modelConfigError(`${path} cannot be read`, cause)
    })
  }
  const config = parseModelConfig(await read('config.json'), join(modelFolder, 'config.json'))
  refuseOtherGraphs(config, join(modelFolder, 'config.json'))
  const tokenizerText = await read('tokenizer.json')
  const tokenizer = parseTokenizer(tokenizerText, config, join(modelFolder, 'tokenizer.json'))
  const argument: EmbeddedWorkerArgument = {
    config,
    folder: modelFolder,
    microBatchTokens: options.microBatchTokens ?? 1024,
  }
  const worker = await startTensorWorker(new URL('./embedded-worker.ts', import.meta.url), {
    argument,
    threads: options.threads ?? 0,
    backend: options.backend ?? 'auto',
  })
  let isClosed = false
  return {
    name: `embedded (${worker.backend})`,
    tokenizer,
    contextLength: config.contextLength,
    parameterCount: parameterCount(config),
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
      writePart(join(folder, 'config.json'), formatModelConfig(config))
      writePart(join(folder, 'tokenizer.json'), tokenizerText)
    },
    load: (folder): Promise<void> => worker.call('load', folder),
    close() {
      isClosed = true
      return worker.close()
    },
  }
}

function samplerOf(worker: TensorWorker, config: ModelConfig, snapshot: number | null): PolicySampler {
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

function checkSequences(sequences: readonly TokenSequence[], config: ModelConfig): void {
  for (const { prompt, completion } of sequences) {
    checkTokens(prompt, config)
    checkTokens(completion, config)
    const length = prompt.length + completion.length
    if (prompt.length === 0 || length > config.contextLength) throw lengthError(length, 'sequence', config)
  }
}

function checkTokens(tokens: readonly number[], config: ModelConfig): void {
  for (const token of tokens) {
    if (!(token >= 0 && token < config.vocabularySize)) {
      throw new RangeError(`token ${token} is not in the vocabulary of ${config.vocabularySize}`)
    }
  }
}

function lengthError(length: number, what: string, config: ModelConfig): BatonError {
  return new BatonError(
    `a ${what} has ${length} tokens; the policy takes prompts of 1 or more and ${config.contextLength} in all`,
    {
      boundary: 'engine',
      code: 'context-length',
      hint: 'Lower policy.promptMaxTokens or policy.maxCompletionTokens, or use a model with a longer context.',
    },
  )
}
