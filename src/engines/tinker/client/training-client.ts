/**
 * One session with one model on the server: its heartbeat, its training operations in order, its sampling sessions.
 * A client that lost an operation is broken for good: what the model then holds is not known, and another client is made
 * (`recoverable.ts`).
 */

import {
  createModelReply,
  createSamplingSessionReply,
  createSessionReply,
  type LoraConfig,
  parseBody,
  protobufType,
  sdkVersion,
} from '../../../tinker/index.ts'
import { poll, reading, submit, submitForFuture } from '../requests/call.ts'
import type { WaitContext } from '../requests/retry-policy.ts'
import { TinkerError } from '../requests/tinker-error.ts'
import type { TinkerResponse } from '../requests/transport.ts'
import type { ServerProfile } from '../server-profile.ts'
import { startHeartbeat } from './heartbeat.ts'

export interface TrainingClientOptions {
  readonly baseModel: string
  readonly lora: LoraConfig
  readonly apiKey: string | undefined
  readonly heartbeatMs: number
}

/** A training operation but for the model and the number, which the client adds. */
export interface TrainingOperation {
  /** `forward_backward`, `optim_step`, ... */
  readonly name: string
  readonly path?: string
  readonly requestType: string
  readonly encode: (
    modelId: string,
    sequence: number,
  ) => { readonly body: string | Uint8Array; readonly contentType?: string }
}

export interface TrainingClient {
  readonly sessionId: string
  readonly modelId: string
  /** Whether anything went wrong that leaves the model's state unknown. */
  isBroken(): boolean
  break(): void
  /**
   * Submits in the order of the calls, each when the one before was accepted; results are waited for independently.
   * Resolves when it was accepted, to what waits for the result.
   */
  train(operation: TrainingOperation, signal?: AbortSignal): Promise<() => Promise<TinkerResponse>>
  /** Number of the operation that was submitted last; 0 before the first. */
  lastSequence(): number
  nextSamplingSession(): number
  /** Of the base model or of saved weights. */
  openSampling(of: { readonly base_model: string } | { readonly model_path: string }): Promise<string>
  nextSample(samplingSessionId: string): number
  /** Something was saved that others may load. */
  markSaved(): void
  /**
   * Unloads the model.
   * @param isSavedKept whether what it saved outlives it; where not, a model that saved something is left in place.
   */
  close(isSavedKept: boolean): Promise<void>
}

export async function openTrainingClient(
  context: WaitContext,
  profile: ServerProfile,
  options: TrainingClientOptions,
): Promise<TrainingClient> {
  const sessionId = await openSession(context)
  let isBroken = false
  const stopHeartbeat = startHeartbeat(
    {
      baseUrl: context.transport.baseUrl,
      sessionId,
      apiKey: options.apiKey,
      intervalMs: options.heartbeatMs,
      timeoutMs: 10_000,
      warnAfterMs: 120_000,
    },
    {
      onLost: () => {
        isBroken = true
        context.notify({ kind: 'warning', message: `${context.transport.baseUrl} gave the session up` })
      },
      onSilence: (forMs) =>
        context.notify({
          kind: 'warning',
          message: `${context.transport.baseUrl} has not answered the heartbeat for ${Math.round(forMs / 1000)} s`,
        }),
    },
  )
  try {
    const modelId = await createModel(context, sessionId, options)
    return linkOf(context, profile, {
      sessionId,
      modelId,
      stopHeartbeat,
      isBroken: () => isBroken,
      break: () => {
        isBroken = true
      },
    })
  } catch (error) {
    await stopHeartbeat()
    throw error
  }
}

async function openSession(context: WaitContext): Promise<string> {
  const name = 'create_session'
  const reply = await submit(context, {
    name,
    path: '/create_session',
    body: JSON.stringify({ tags: ['baton'], user_metadata: {}, sdk_version: sdkVersion, type: name }),
    startedAt: context.now(),
  })
  const session = reading(context, name, () => parseBody(createSessionReply, reply, name))
  for (const message of [session.info_message, session.warning_message, session.error_message]) {
    if (message) context.notify({ kind: message === session.info_message ? 'note' : 'warning', message })
  }
  return session.session_id
}

async function createModel(context: WaitContext, sessionId: string, options: TrainingClientOptions): Promise<string> {
  const operation = { name: 'create_model', startedAt: context.now() }
  const requestId = await submitForFuture(context, {
    ...operation,
    path: '/create_model',
    headers: { 'x-tinker-request-type': 'CreateModel' },
    body: JSON.stringify({
      session_id: sessionId,
      model_seq_id: 0,
      base_model: options.baseModel,
      lora_config: options.lora,
      type: operation.name,
    }),
  })
  const result = await poll(context, requestId, { operation })
  if (result.kind === 'gone') throw result.error
  return reading(
    context,
    operation.name,
    () => parseBody(createModelReply, result.answer.json, operation.name).model_id,
  )
}

interface LinkParts {
  readonly sessionId: string
  readonly modelId: string
  readonly isBroken: () => boolean
  readonly break: () => void
  readonly stopHeartbeat: () => Promise<void>
}

function linkOf(context: WaitContext, profile: ServerProfile, parts: LinkParts): TrainingClient {
  const { sessionId, modelId } = parts
  let sequence = 0
  let samplingSessions = 0
  let hasSaved = false
  const samples = new Map<string, number>()
  let accepted: Promise<unknown> = Promise.resolve()

  async function send(
    operation: TrainingOperation,
    signal: AbortSignal | undefined,
  ): Promise<() => Promise<TinkerResponse>> {
    signal?.throwIfAborted()
    if (parts.isBroken()) throw new TinkerError(`${operation.name}: the session was lost`, { kind: 'lost' })
    sequence += 1
    const startedAt = context.now()
    try {
      // Not aborted on the way: whether it was accepted must be known.
      const requestId = await submitForFuture(context, {
        name: operation.name,
        path: operation.path ?? `/${operation.name}`,
        headers: { 'x-tinker-request-type': operation.requestType },
        startedAt,
        ...operation.encode(modelId, sequence),
      })
      return async () => {
        try {
          const accept = profile.resultFormat === 'protobuf' ? protobufType : undefined
          const result = await poll(context, requestId, {
            operation: { name: operation.name, startedAt, signal },
            accept,
          })
          if (result.kind === 'gone') throw result.error
          return result.answer
        } catch (error) {
          parts.break()
          throw error
        }
      }
    } catch (error) {
      parts.break()
      throw error
    }
  }

  return {
    sessionId,
    modelId,
    isBroken: parts.isBroken,
    break: parts.break,
    train(operation, signal) {
      const sent = accepted.then(() => send(operation, signal))
      accepted = sent.catch(() => undefined)
      return sent
    },
    lastSequence: () => sequence,
    nextSamplingSession: () => samplingSessions++,
    async openSampling(of) {
      const name = 'create_sampling_session'
      const reply = await submit(context, {
        name,
        path: `/${name}`,
        body: JSON.stringify({ session_id: sessionId, sampling_session_seq_id: samplingSessions++, ...of, type: name }),
        startedAt: context.now(),
      })
      return reading(context, name, () => parseBody(createSamplingSessionReply, reply, name).sampling_session_id)
    },
    nextSample(samplingSessionId) {
      const next = samples.get(samplingSessionId) ?? 0
      samples.set(samplingSessionId, next + 1)
      return next
    },
    markSaved() {
      hasSaved = true
    },
    async close(isSavedKept) {
      await parts.stopHeartbeat()
      if (hasSaved && !isSavedKept) return
      // Frees the server's slot; one that does not answer frees it by itself when the heartbeat stays out.
      await context.transport.exchange({
        path: '/unload_model',
        body: JSON.stringify({ model_id: modelId, type: 'unload_model' }),
        timeoutMs: 5000,
      })
    },
  }
}
