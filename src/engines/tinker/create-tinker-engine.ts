/**
 * A policy on a training server that speaks the Tinker protocol: tokens, rewards, losses and the loop are here, weights
 * and gradients there. `client/recoverable-client.ts` keeps the model alive, `http/` talks.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { BatonError } from '../../core/failure.ts'
import { createLimiter } from '../../http/index.ts'
import { writePart } from '../../runs/files.ts'
import { type AdamParams, entropyMetric, gradNormMetric, isAppliedMetric } from '../../tinker/index.ts'
import type {
  AdamOptions,
  OptimStepResult,
  PolicyEngine,
  PolicySampler,
  PolicySnapshot,
  Tokenizer,
  TokenSequence,
  TrainingDatum,
} from '../policy-engine.ts'
import { type BatchLimits, defaultBatchLimits } from './client/batches.ts'
import { type OperationContext, requestLearning, saveForSampler } from './client/operations.ts'
import { createRecoverableClient, type RecoverableClient } from './client/recoverable-client.ts'
import { drawCompletions, type SampleContext, type SamplerHandle, scorePrompt } from './client/samples.ts'
import { openTrainingClient, type TrainingClient } from './client/training-client.ts'
import { applyLoss, type LossChoice, scoringData } from './loss/apply-loss.ts'
import { completionLogprobs } from './loss/datums.ts'
import { readClientSettings } from './requests/client-config.ts'
import type { Notice } from './requests/notices.ts'
import { createRateLimiter } from './requests/rate-limiter.ts'
import { defaultTimeouts, type Timeouts } from './requests/retry-policy.ts'
import { isTinkerError, TinkerError } from './requests/tinker-error.ts'
import { createTinkerTransport } from './requests/transport.ts'
import type { ServerProfile } from './server-profile.ts'

export interface TinkerEngineOptions {
  readonly baseUrl: string
  /** Never logged. */
  readonly apiKey?: string | undefined
  /** By the server's name. */
  readonly baseModel: string
  readonly tokenizer: Tokenizer
  /** Tokens that end a completion; absent: the tokenizer's end of text. */
  readonly stopTokens?: readonly number[]
  readonly contextLength: number
  readonly profile: ServerProfile
  /** 0: the whole model is trained, where the server can. */
  readonly loraRank: number
  readonly seed: number
  readonly choice?: LossChoice
  readonly samplesInFlight?: number
  readonly saveEvery?: number
  readonly heartbeatMs?: number
  readonly batchLimits?: BatchLimits
  readonly timeouts?: Partial<Timeouts>
  readonly notify?: (notice: Notice) => void
}

/** @throws TinkerError where the server cannot be reached or does not know the model. */
export async function createTinkerEngine(options: TinkerEngineOptions): Promise<PolicyEngine> {
  const { profile, tokenizer, contextLength } = options
  const notify = options.notify ?? ((): void => undefined)
  const transport = createTinkerTransport({ baseUrl: options.baseUrl, apiKey: options.apiKey })
  const timeouts = { ...defaultTimeouts, ...options.timeouts }
  const context = { transport, timeouts, now: () => performance.now(), notify }
  const settings = await readClientSettings(context)
  const limits = options.batchLimits ?? {
    data: settings.chunkData ?? defaultBatchLimits.data,
    bytes: settings.chunkBytes ?? defaultBatchLimits.bytes,
  }
  const operations: OperationContext = { context, profile, limits }
  const lora = {
    rank: options.loraRank,
    seed: options.seed,
    train_unembed: true,
    train_mlp: true,
    train_attn: true,
  }
  const { baseModel, apiKey } = options
  const recoverable = createRecoverableClient({
    operations,
    notify,
    saveEvery: options.saveEvery ?? 10,
    open: () =>
      openTrainingClient(context, profile, { baseModel, lora, apiKey, heartbeatMs: options.heartbeatMs ?? 10_000 }),
  })
  const sampling: SampleContext = {
    context,
    profile,
    rateLimiter: createRateLimiter(context.now),
    limiter: createLimiter(
      Math.min(options.samplesInFlight ?? 512, settings.samplesInFlight ?? Number.POSITIVE_INFINITY),
    ),
    stopTokens: options.stopTokens ?? [tokenizer.endOfTextId],
  }
  try {
    await recoverable.withClient(async () => undefined)
  } catch (error) {
    await transport.close()
    throw error
  }
  return engineOf({ options, recoverable, operations, sampling, contextLength, close: () => transport.close() })
}

interface Parts {
  readonly options: TinkerEngineOptions
  readonly recoverable: RecoverableClient
  readonly operations: OperationContext
  readonly sampling: SampleContext
  readonly contextLength: number
  close(): Promise<void>
}

function engineOf(parts: Parts): PolicyEngine {
  const { options, recoverable, operations, sampling, contextLength } = parts
  const { profile } = options
  const choice = options.choice ?? { losses: 'auto', kl: 'loss' }
  let closing: Promise<void> | null = null
  /** Whether a gradient that is not finite was kept back since the last step. */
  let isPoisoned = false
  const forward = (data: ReturnType<typeof scoringData>, signal?: AbortSignal) => {
    const request = { data, lossFn: 'cross_entropy', config: {}, isForwardOnly: true }
    return recoverable.exclusively((client) => requestLearning(operations, client, { request, signal }), signal)
  }
  const target = { profile, choice, forward, addGradient: recoverable.addGradient }
  const current = samplerOf(parts, () => {
    const version = recoverable.version()
    return {
      key: `version ${version}`,
      open: (client) => openCurrent(parts, client),
    }
  })

  return {
    name: `tinker (${options.baseModel} at ${sampling.context.transport.baseUrl})`,
    tokenizer: options.tokenizer,
    contextLength,
    // The protocol does not report it.
    parameterCount: 0,
    sample: current.sample,
    async logprobs(sequences, signal) {
      checkLengths(sequences, contextLength)
      if (sequences.length === 0) return []
      return completionLogprobs(sequences, await forward(scoringData(sequences), signal))
    },
    async forwardBackward(data, loss, signal) {
      checkLengths(data, contextLength)
      if (data.every(isFiniteDatum)) return applyLoss(target, data, { loss, signal })
      // Kept back: a server would add it to the gradient, from where nothing takes it away.
      isPoisoned = true
      const output = await forward(scoringData(data), signal)
      const logprobs = completionLogprobs(data, output)
      return { loss: Number.NaN, logprobs, metrics: {}, entropy: output.metrics[entropyMetric] ?? Number.NaN }
    },
    async optimStep(adam, signal): Promise<OptimStepResult> {
      if (isPoisoned) {
        isPoisoned = false
        recoverable.dropGradients()
        return { gradNorm: Number.NaN, isApplied: false }
      }
      const metrics = await recoverable.step(adamParams(adam), signal)
      const gradNorm = metrics[gradNormMetric] ?? metrics['skyrl.ai/grad_norm'] ?? Number.NaN
      return { gradNorm, isApplied: metrics[isAppliedMetric] !== 0 }
    },
    async snapshot() {
      if (closing !== null) throw closedError('policy engine')
      return openSnapshot(parts)
    },
    async save(folder) {
      const path = await recoverable.save(`baton-checkpoint-${recoverable.version()}`)
      const record: CheckpointRecord = {
        version: 1,
        path,
        step: recoverable.version(),
        server: sampling.context.transport.baseUrl,
        baseModel: options.baseModel,
        loraRank: options.loraRank,
      }
      writePart(join(folder, checkpointFile), `${JSON.stringify(record, null, 2)}\n`)
    },
    async load(folder) {
      if (closing !== null) throw closedError('policy engine')
      const record = await readCheckpoint(folder, options)
      isPoisoned = false
      await recoverable.restore(record.path, record.step)
    },
    close() {
      closing ??= recoverable.close().finally(() => parts.close())
      return closing
    },
  }
}

function adamParams(adam: AdamOptions): AdamParams {
  return {
    learning_rate: adam.learningRate,
    beta1: adam.beta1,
    beta2: adam.beta2,
    eps: adam.epsilon,
    weight_decay: adam.weightDecay,
    grad_clip_norm: Number.isFinite(adam.maxGradNorm) ? adam.maxGradNorm : 0,
  }
}

// --- samplers ------------------------------------------------------------------------------------------------------

interface SamplerSource {
  /** Equal keys are the same weights. */
  readonly key: string
  open(client: TrainingClient): Promise<string>
}

/** Samplers of sources, one sampling session a client and key. */
function samplerOf({ recoverable, sampling, contextLength }: Parts, sourceOf: () => SamplerSource): PolicySampler {
  const opened = new WeakMap<TrainingClient, Map<string, Promise<string>>>()

  /** Runs with a sampling session; with a new one where the server has lost it. */
  function withHandle<T>(run: (handle: SamplerHandle) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const source = sourceOf()
    return recoverable.withClient(async (client) => {
      const sessions = opened.get(client) ?? new Map<string, Promise<string>>()
      opened.set(client, sessions)
      for (let attempt = 1; ; attempt++) {
        const session = sessions.get(source.key) ?? source.open(client)
        sessions.set(source.key, session)
        try {
          return await run({ client, samplingSessionId: await session })
        } catch (error) {
          const isLost = isTinkerError(error, 'lost') && attempt === 1 && !client.isBroken()
          if (sessions.get(source.key) === session && (isLost || !isTinkerError(error))) sessions.delete(source.key)
          if (!isLost) throw error
        }
      }
    }, signal)
  }

  return {
    async sample(requests, options, signal) {
      const tooLong = requests.find(({ prompt }) => prompt.length === 0 || prompt.length >= contextLength)
      if (tooLong !== undefined) throw lengthError(tooLong.prompt.length, 'prompt', contextLength)
      const room = (prompt: readonly number[]): number => contextLength - prompt.length
      return withHandle(async (handle) => {
        const groups = requests.map((request) => {
          const maxTokens = Math.min(options.maxTokens, room(request.prompt))
          return drawCompletions(sampling, handle, { requests: [request], options: { ...options, maxTokens }, signal })
        })
        return (await Promise.all(groups)).flat()
      }, signal)
    },
    async logprobs(sequences, signal) {
      checkLengths(sequences, contextLength)
      return withHandle(
        (handle) => Promise.all(sequences.map((sequence) => scoreSequence(sampling, handle, { ...sequence, signal }))),
        signal,
      )
    },
  }
}

async function scoreSequence(
  sampling: SampleContext,
  handle: SamplerHandle,
  { signal, prompt, completion }: TokenSequence & { readonly signal: AbortSignal | undefined },
): Promise<Float32Array> {
  const scored = await scorePrompt(sampling, handle, { tokens: [...prompt, ...completion], signal })
  return Float32Array.from(completion, (_, t) => {
    const value = scored[prompt.length + t]
    if (value === null || value === undefined) {
      throw new TinkerError(`${sampling.profile.server} gave no log-prob of token ${t} of a prompt`, { kind: 'reply' })
    }
    return value
  })
}

/** A sampling session of the newest weights, which lasts as long as the server likes. */
async function openCurrent({ recoverable, operations }: Parts, client: TrainingClient): Promise<string> {
  return recoverable.exclusively(async (live) => {
    if (live !== client) throw new TinkerError('the session was lost', { kind: 'lost' })
    const { path, samplingSessionId } = await saveForSampler(operations, live, { name: null })
    return samplingSessionId ?? live.openSampling({ model_path: requiredPath(path) })
  })
}

/** Weights that outlive the server: named ones, or the base model where nothing was trained yet. */
async function openSnapshot(parts: Parts): Promise<PolicySnapshot> {
  const { recoverable, operations, options } = parts
  const { profile, baseModel } = options
  const version = recoverable.version()
  const isBase = version === 0 && recoverable.isFresh() && profile.hasBaseSampling
  let path: string | null = null
  if (!isBase) {
    const name = `baton-sampler-${version}-${Math.random().toString(36).slice(2, 10)}`
    path = requiredPath((await recoverable.exclusively((client) => saveForSampler(operations, client, { name }))).path)
  }
  const source: SamplerSource = {
    key: path ?? 'base',
    open: (client) => client.openSampling(path === null ? { base_model: baseModel } : { model_path: path }),
  }
  let isClosed = false
  const sampler = samplerOf(parts, () => {
    if (isClosed) throw closedError(`snapshot of step ${version}`)
    if (!isBase && profile.snapshots === 'latest-only' && recoverable.version() !== version) {
      throw new TinkerError(`${profile.server} samples the newest weights only; those of step ${version} are gone`, {
        kind: 'unsupported',
      })
    }
    return source
  })
  const close = async (): Promise<void> => {
    isClosed = true
  }
  return { version, ...sampler, close }
}

function requiredPath(path: string | null): string {
  if (path === null) throw new TinkerError('save_weights_for_sampler gave neither path nor session', { kind: 'reply' })
  return path
}

// --- checkpoints ---------------------------------------------------------------------------------------------------

const checkpointFile = 'tinker-checkpoint.json'

const checkpointSchema = z.object({
  version: z.literal(1),
  /** Of the state on the server. */
  path: z.string().min(1),
  step: z.int().min(0),
  server: z.string(),
  baseModel: z.string(),
  loraRank: z.int().min(0),
})
type CheckpointRecord = z.infer<typeof checkpointSchema>

async function readCheckpoint(folder: string, options: TinkerEngineOptions): Promise<CheckpointRecord> {
  const path = join(folder, checkpointFile)
  const record = await readFile(path, 'utf8').then(
    (text) => checkpointSchema.parse(JSON.parse(text)),
    (cause: unknown) => {
      throw checkpointError(`${path} cannot be read`, cause)
    },
  )
  if (record.baseModel !== options.baseModel || record.loraRank !== options.loraRank) {
    throw checkpointError(
      `${path} is of ${record.baseModel} with rank ${record.loraRank}, not of ${options.baseModel} with rank ${options.loraRank}`,
    )
  }
  return record
}

function checkpointError(message: string, cause?: unknown): BatonError {
  return new BatonError(message, {
    boundary: 'engine',
    code: 'tinker-checkpoint',
    hint: 'Resume with the base model, the rank and the server that the checkpoint was made with.',
    cause,
  })
}

// --- checks --------------------------------------------------------------------------------------------------------

function closedError(what: string): BatonError {
  return new BatonError(`the ${what} is closed.`, { boundary: 'engine', code: 'closed' })
}

function isFiniteDatum({ advantage, oldLogprobs, samplerLogprobs, referenceLogprobs }: TrainingDatum): boolean {
  return [[advantage], oldLogprobs, samplerLogprobs ?? [], referenceLogprobs ?? []].every((list) =>
    list.every(Number.isFinite),
  )
}

function checkLengths(sequences: readonly TokenSequence[], contextLength: number): void {
  for (const { prompt, completion } of sequences) {
    const length = prompt.length + completion.length
    if (prompt.length === 0 || length < 2 || length > contextLength)
      throw lengthError(length, 'sequence', contextLength)
  }
}

function lengthError(length: number, what: string, contextLength: number): BatonError {
  return new BatonError(
    `a ${what} has ${length} tokens; the policy takes prompts of 1 or more and ${contextLength} in all`,
    {
      boundary: 'engine',
      code: 'context-length',
      hint: 'Lower policy.promptMaxTokens or policy.maxCompletionTokens, or use a model with a longer context.',
    },
  )
}
