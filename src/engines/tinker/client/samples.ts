/**
 * Sampling: one request a group, or one a completion where the server draws each from its own seed; so many in flight;
 * samples that the server lost are submitted again; log-probs that are missing or made up are refused.
 */
import { hashKey } from '../../../core/random.ts'
import type { Limiter } from '../../../http/index.ts'
import {
  decodeSampleResponse,
  parseSampleResponse,
  protobufType,
  type SampleResponse,
  type SamplingParams,
  sampleRequestText,
} from '../../../tinker/index.ts'
import type { SampledCompletion, SampleOptions, SampleRequest } from '../../policy-engine.ts'
import { poll, reading, submitForFuture } from '../requests/call.ts'
import type { RateLimiter } from '../requests/rate-limiter.ts'
import type { WaitContext } from '../requests/retry-policy.ts'
import { TinkerError } from '../requests/tinker-error.ts'
import type { TinkerResponse } from '../requests/transport.ts'
import type { ServerProfile } from '../server-profile.ts'
import type { TrainingClient } from './training-client.ts'

export interface SampleContext {
  readonly context: WaitContext
  readonly profile: ServerProfile
  readonly rateLimiter: RateLimiter
  /** Of samples in flight, results that are waited for included. */
  readonly limiter: Limiter
  readonly stopTokens: readonly number[]
}

/** A sampling session on the client it belongs to. */
export interface SamplerHandle {
  readonly client: TrainingClient
  readonly samplingSessionId: string
}

/** Times that a sample whose result was lost is submitted again. */
const largestResubmissions = 3

interface SampleOrder {
  readonly prompt: ArrayLike<number>
  readonly count: number
  readonly params: SamplingParams
  readonly wantsPromptLogprobs: boolean
}

export async function drawCompletions(
  sampling: SampleContext,
  handle: SamplerHandle,
  {
    requests,
    options,
    signal,
  }: {
    readonly requests: readonly SampleRequest[]
    readonly options: SampleOptions
    readonly signal?: AbortSignal | undefined
  },
): Promise<SampledCompletion[][]> {
  return Promise.all(
    requests.map(async (request) => {
      const orders = ordersOf(sampling, request, options)
      const responses = await Promise.all(orders.map((order) => sampleOnce(sampling, handle, { order, signal })))
      const completions = responses.flatMap(({ sequences }, i) => {
        const expected = (orders[i] as SampleOrder).count
        if (sequences.length !== expected) throw badReply(sampling, `${sequences.length} completions for ${expected}`)
        return sequences.map((sequence) => completionOf(sampling, sequence))
      })
      if (options.temperature > 0) await refuseMadeUp(sampling, handle, { prompt: request.prompt, completions, signal })
      return completions
    }),
  )
}

function ordersOf(
  { profile, stopTokens }: SampleContext,
  { prompt, count, key, seeds }: SampleRequest,
  options: SampleOptions,
): SampleOrder[] {
  const order = (seed: number, samples: number): SampleOrder => ({
    prompt,
    count: samples,
    wantsPromptLogprobs: false,
    params: {
      max_tokens: options.maxTokens,
      seed,
      stop: stopTokens,
      temperature: options.temperature,
      top_k: options.topK === undefined || options.topK === 0 ? -1 : options.topK,
      top_p: options.topP,
    },
  })
  // Seeds that other servers accept are below 2^31.
  if (!profile.isSeededSingly && seeds === undefined) return [order(hashKey(key) >>> 1, count)]
  return Array.from({ length: count }, (_, i) => order(seeds?.[i] ?? hashKey([...key, i]), 1))
}

function completionOf(sampling: SampleContext, { tokens, logprobs, stop_reason }: SampleResponse['sequences'][number]) {
  if (logprobs === null && tokens.length > 0) {
    throw new TinkerError(`${place(sampling)} gave no log-probs of what it sampled: nothing can be learned from that`, {
      kind: 'unsupported',
      hint: 'Let the server return log-probs of sampled tokens (for vLLM: logprobs of at least 0).',
    })
  }
  return { tokens: Array.from(tokens), logprobs: Array.from(logprobs ?? []), stopReason: stop_reason }
}

/**
 * Log-probs that are all 0 are what some servers put in place of missing ones. A policy that is certain of every token
 * gives them too, so the completion is scored before it is refused.
 */
async function refuseMadeUp(
  sampling: SampleContext,
  handle: SamplerHandle,
  {
    prompt,
    completions,
    signal,
  }: {
    readonly prompt: readonly number[]
    readonly completions: readonly SampledCompletion[]
    readonly signal?: AbortSignal | undefined
  },
): Promise<void> {
  for (const { tokens, logprobs } of completions) {
    if (tokens.length === 0 || logprobs.some((value) => value !== 0)) continue
    const scored = sampling.profile.hasPromptLogprobs
      ? await scorePrompt(sampling, handle, { tokens: [...prompt, ...tokens], signal }).catch((error: unknown) => {
          if (error instanceof TinkerError && (error.kind === 'reply' || error.kind === 'request')) return null
          throw error
        })
      : null
    const own = scored?.slice(prompt.length)
    const isCertain = own?.every((value) => value !== null && value > -0.01) === true
    // A server that makes up zeros makes them up for the prompt too.
    const isMadeUp = scored?.slice(1, prompt.length).every((value) => value === 0) === true && prompt.length > 1
    if (isCertain && !isMadeUp) continue
    throw new TinkerError(
      `${place(sampling)} gave log-probs of 0 for all ${tokens.length} tokens of a completion: they are missing`,
      {
        kind: 'unsupported',
        hint: 'Let the server return log-probs of sampled tokens; training on zeros would learn from ratios that never were.',
      },
    )
  }
}

/** log-prob of every token given those before it; null where the server has none, as for the first. */
export async function scorePrompt(
  sampling: SampleContext,
  handle: SamplerHandle,
  { tokens, signal }: { readonly tokens: readonly number[]; readonly signal?: AbortSignal | undefined },
): Promise<readonly (number | null)[]> {
  const params = { max_tokens: 1, seed: 0, temperature: 1, top_k: -1, top_p: 1, stop: sampling.stopTokens }
  const order = { prompt: tokens, count: 1, wantsPromptLogprobs: true, params }
  const { prompt_logprobs: scored } = await sampleOnce(sampling, handle, { order, signal })
  if (scored === null || scored.length < tokens.length) {
    throw badReply(sampling, `${scored?.length ?? 'no'} prompt log-probs for ${tokens.length} tokens`)
  }
  return scored
}

/** @throws TinkerError `lost` where the sampling session is not known. */
async function sampleOnce(
  sampling: SampleContext,
  handle: SamplerHandle,
  { order, signal }: { readonly order: SampleOrder; readonly signal: AbortSignal | undefined },
): Promise<SampleResponse> {
  const { context, profile, rateLimiter } = sampling
  const accept = profile.resultFormat === 'protobuf' ? protobufType : undefined
  const slot = await sampling.limiter.acquire({ isRetry: false }, signal)
  try {
    const startedAt = context.now()
    for (let submissions = 1; ; submissions++) {
      const operation = { name: 'sample', startedAt, signal }
      const body = sampleRequestText({
        sampling_session_id: handle.samplingSessionId,
        seq_id: handle.client.nextSample(handle.samplingSessionId),
        num_samples: order.count,
        prompt: { chunks: [{ type: 'encoded_text', tokens: order.prompt }] },
        sampling_params: order.params,
        prompt_logprobs: order.wantsPromptLogprobs,
        topk_prompt_logprobs: 0,
      })
      const requestId = await rateLimiter.pass(
        body.length,
        (onRateLimit) =>
          submitForFuture(context, {
            ...operation,
            path: '/asample',
            body,
            headers: sampleHeaders,
            onRateLimit,
          }),
        signal,
      )
      const result = await poll(context, requestId, { operation, accept })
      if (result.kind === 'result') return reading(context, 'sample', () => readSample(result.answer))
      if (submissions > largestResubmissions) throw result.error
    }
  } finally {
    slot.release('other')
  }
}

const sampleHeaders = { 'x-tinker-request-type': 'Sample', 'x-tinker-sampling-backpressure': '1' }

const readSample = ({ body, json }: TinkerResponse): SampleResponse =>
  typeof body === 'string' ? parseSampleResponse(json) : decodeSampleResponse(body)

const place = ({ context }: SampleContext): string => context.transport.baseUrl
const badReply = (sampling: SampleContext, what: string): TinkerError =>
  new TinkerError(`sample at ${place(sampling)}: ${what}`, { kind: 'reply' })
