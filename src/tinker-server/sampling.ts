/**
 * Sampling sessions and samples. A sample is written down when it is asked for; its tokens depend on weights, prompt and
 * seed alone, so that a server that was killed in between draws the same ones again.
 */
import { createHash } from 'node:crypto'
import { hashKey } from '../core/random.ts'
import type { SampledCompletion } from '../engines/index.ts'
import {
  type CreateSamplingSessionRequest,
  parseBody,
  type SampleRequestBody,
  type SampleResponse,
  sampleRequest,
} from '../tinker/index.ts'
import type { SamplingTask } from './batched-sampler.ts'
import { absolute, type BaseModel, baseModelOf, type ServeContext } from './serve-context.ts'
import { failureOf, notFound, type OperationFailure, ServeError } from './serve-error.ts'

export type SampleOutcome = { readonly response: SampleResponse } | { readonly failure: OperationFailure }

/** What a request samples from. */
export interface SampledWeights {
  readonly base: BaseModel
  /** Absolute folder. */
  readonly weights: string
}

/** Completions of one request. */
const mostSamples = 1024

/** Outcomes kept for a client that asks again. */
const keptOutcomes = 20_000

export type Sampling = ReturnType<typeof createSampling>

export function createSampling(context: ServeContext) {
  const { database } = context
  const outcomes = new Map<string, Promise<SampleOutcome>>()

  const draw = (requestId: string, body: string): Promise<SampleOutcome> => {
    const known = outcomes.get(requestId)
    if (known !== undefined) return known
    const outcome = drawSample(context, parseBody(sampleRequest, JSON.parse(body), 'asample'), requestId).then(
      (response) => ({ response }),
      (error: unknown) => ({ failure: failureOf(error) }),
    )
    outcomes.set(requestId, outcome)
    if (outcomes.size > keptOutcomes) outcomes.delete(outcomes.keys().next().value as string)
    return outcome
  }

  return {
    openSession(request: CreateSamplingSessionRequest): string {
      const { session_id: session, sampling_session_seq_id: sequence } = request
      const known = database.samplingSessionAt(session, sequence)
      if (known !== undefined) return known.id
      const { base, weights, model } = namedWeights(context, request.base_model ?? null, request.model_path ?? null)
      const id = `${session}:sample:${sequence}`
      const modelPath = request.model_path ?? null
      database.addSamplingSession({ id, session, sequence, baseModel: base, modelPath, weights, model, isEphemeral: 0 })
      return id
    },

    /** @returns the request id; the same for the same place in a session and the same body. */
    submit(text: string, idempotencyKey: string | null): string {
      const request = parseBody(sampleRequest, JSON.parse(text), 'asample')
      if (request.num_samples > mostSamples) {
        throw new ServeError(400, `num_samples is ${request.num_samples}; a request draws ${mostSamples} at most`)
      }
      const session = request.sampling_session_id ?? null
      const place =
        session !== null && request.seq_id != null
          ? `${session}:${request.seq_id}`
          : (idempotencyKey ?? `sample:${crypto.randomUUID()}`)
      const requestId = `sample:${place}`
      const bodyHash = createHash('sha256').update(text).digest('hex')
      const earlier = database.sample(requestId)
      if (earlier !== undefined && earlier.bodyHash !== bodyHash) {
        throw new ServeError(409, `another request has this place (${place})`)
      }
      if (earlier === undefined) {
        sampledWeights(context, request as SampleRequestBody)
        database.addSample({ requestId, bodyHash, samplingSession: session, body: text })
      }
      void draw(requestId, text)
      return requestId
    },

    /** @returns null where no such sample was asked for. */
    outcome(requestId: string): Promise<SampleOutcome> | null {
      const row = database.sample(requestId)
      return row === undefined ? null : draw(requestId, row.body)
    },

    sampledWeights: (request: SampleRequestBody) => sampledWeights(context, request),
  }
}

function namedWeights(context: ServeContext, baseModel: string | null, modelPath: string | null) {
  if (modelPath !== null) {
    const checkpoint = context.database.checkpoint(modelPath)
    if (checkpoint === undefined) throw notFound(`model_path ${modelPath}`)
    return { base: checkpoint.baseModel, weights: checkpoint.weights, model: checkpoint.model }
  }
  if (baseModel === null) throw new ServeError(400, 'base_model or model_path is needed')
  return { base: baseModelOf(context, baseModel).name, weights: null, model: null }
}

export function sampledWeights(context: ServeContext, request: SampleRequestBody): SampledWeights {
  const { database } = context
  const id = request.sampling_session_id ?? null
  const session = id === null ? undefined : database.samplingSession(id)
  if (id !== null && session === undefined) throw notFound(`sampling session ${id}`)
  const named =
    session === undefined
      ? namedWeights(context, request.base_model ?? null, request.model_path ?? null)
      : { base: session.baseModel, weights: session.weights, model: session.model }
  const base = baseModelOf(context, named.base)
  const { weights } = named
  return { base, weights: weights === null ? base.folder : absolute(context, weights) }
}

async function drawSample(
  context: ServeContext,
  request: SampleRequestBody,
  requestId: string,
): Promise<SampleResponse> {
  const { base, weights } = sampledWeights(context, request)
  const { sampling_params: asked, num_samples: count } = request
  const prompt = request.prompt.chunks.flatMap((chunk) => {
    if (chunk.type !== 'encoded_text') throw new ServeError(400, 'the embedded policy reads text, no images')
    return Array.from(chunk.tokens)
  })
  const wantsPromptLogprobs = request.prompt_logprobs === true
  checkPrompt(prompt, base, wantsPromptLogprobs)
  if ((request.topk_prompt_logprobs ?? 0) > 0) {
    throw new ServeError(400, 'topk_prompt_logprobs is not served; ask for prompt_logprobs')
  }
  const first = asked.seed ?? hashKey([requestId])
  const room = base.room.engine.contextLength - prompt.length
  const task: SamplingTask = {
    weights,
    prompt,
    seeds: Array.from({ length: count }, (_, i) => (first + i) >>> 0),
    maxTokens: Math.max(1, asked.max_tokens ?? room),
    temperature: asked.temperature,
    topP: asked.top_p,
    topK: Math.max(0, asked.top_k),
    wantsPromptLogprobs,
  }
  const { completions, promptLogprobs } = await base.room.sample(task)
  const { tokenizer } = base.room.engine
  return {
    sequences: completions.map((completion) => {
      const { tokens, logprobs, stopReason } = endedAt(completion, asked.stop ?? null, (list) => tokenizer.decode(list))
      return { stop_reason: stopReason, tokens, logprobs }
    }),
    prompt_logprobs: promptLogprobs === null ? null : [null, ...promptLogprobs],
    topk_prompt_logprobs: null,
    prompt_cache_hit_tokens: 0,
  }
}

/** @throws ServeError here, so that a request that cannot be sampled spoils none that is drawn with it. */
export function checkPrompt(prompt: readonly number[], { room, name }: BaseModel, isScored: boolean): void {
  const { contextLength, tokenizer } = room.engine
  const most = isScored ? contextLength : contextLength - 1
  if (prompt.length === 0 || prompt.length > most) {
    throw new ServeError(400, `the prompt has ${prompt.length} tokens; ${name} takes 1 to ${most}`)
  }
  const stranger = prompt.find((token) => token >= tokenizer.vocabularySize)
  if (stranger !== undefined) {
    throw new ServeError(400, `token ${stranger} is not in the vocabulary of ${name} (${tokenizer.vocabularySize})`)
  }
}

/**
 * A completion up to its first stop: what comes after it was drawn for nothing, and changes nothing before it. The stop
 * token, or the one that completes a stop text, is the last.
 */
export function endedAt(
  completion: SampledCompletion,
  stop: readonly number[] | readonly string[] | string | null,
  decode: (tokens: readonly number[]) => string,
): SampledCompletion {
  const stops: readonly (number | string)[] = typeof stop === 'string' ? [stop] : (stop ?? [])
  if (stops.length === 0) return completion
  const texts = stops.filter((item) => typeof item === 'string' && item !== '')
  const { tokens, logprobs } = completion
  const whole = texts.length === 0 ? '' : decode(tokens)
  const mayHoldText = texts.some((text) => whole.includes(text as string))
  const end = tokens.findIndex((token, i) => {
    if (stops.includes(token)) return true
    if (!mayHoldText) return false
    const text = decode(tokens.slice(0, i + 1))
    return texts.some((wanted) => text.includes(wanted as string))
  })
  if (end < 0) return completion
  return { tokens: tokens.slice(0, end + 1), logprobs: logprobs.slice(0, end + 1), stopReason: 'stop' }
}
