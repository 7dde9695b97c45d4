/** The body of a request, its variations over the attempts, and the key under which its answer is kept. */
import { hash } from 'node:crypto'
import type { JsonObject } from '../core/json.ts'
import { hashKey } from '../core/random.ts'
import { canonicalJson } from './canonical-json.ts'
import type { ChatMessage, GenerateOptions } from './chat-model.ts'

export interface SamplingDefaults {
  readonly model: string
  readonly temperature: number
  readonly topP: number
  readonly maxTokens: number
  /** Members added to the body; `null` takes a member away that the server does not know (`{ seed: null }`). */
  readonly extraBody?: JsonObject
}

export function requestBody(
  defaults: SamplingDefaults,
  messages: readonly ChatMessage[],
  options: GenerateOptions,
): JsonObject {
  const body: Record<string, JsonObject[string]> = {
    model: defaults.model,
    messages: messages as unknown as JsonObject[string],
    temperature: options.temperature ?? defaults.temperature,
    top_p: options.topP ?? defaults.topP,
    max_tokens: options.maxTokens ?? defaults.maxTokens,
    seed: options.seed,
  }
  for (const [name, value] of Object.entries(defaults.extraBody ?? {})) {
    if (value === null) delete body[name]
    else body[name] = value
  }
  return body
}

/**
 * sha256 over model, messages, parameters and seed, in canonical JSON. The server's address is not part of it: the same
 * model on a restarted server, on another port, is still the same model.
 */
export function callKey(body: JsonObject, seed: number): string {
  return hash('sha256', canonicalJson({ body, seed }))
}

/** How an attempt's request differs from the first one. */
export interface Variation {
  /** Answers that were no use so far. */
  readonly resamples: number
  /** An answer that ran out of tokens while it reasoned gets twice as many, once. */
  readonly tokenLimit: 'first' | 'doubled' | 'first-again'
}

export const firstRequest: Variation = { resamples: 0, tokenLimit: 'first' }

/** Greedy decoding would give the same useless answer again. */
const resampleTemperature = 0.6

const tokenLimits = ['max_tokens', 'max_completion_tokens'] as const

/** Tokens that an answer to this request may have, reasoning included; null where the request sets no limit. */
export function tokenLimitOf(body: JsonObject): number | null {
  const limits = tokenLimits.map((name) => body[name]).filter((limit) => typeof limit === 'number')
  return limits[0] ?? null
}

/** Members that some models refuse by name; without them a call is still the same call. */
const dispensable = ['temperature', 'top_p', 'seed', 'max_tokens', 'reasoning_effort']

const refusal =
  /\b(?:unsupported|unknown|unrecognized) (?:parameter|value|name|request argument supplied):? ?['"`]?(\w+)/i

/** @returns the member of the sent body that a 400 says the model does not take, or null. */
export function refusedMember(message: string, sent: JsonObject): string | null {
  const name = refusal.exec(message)?.[1] ?? ''
  return dispensable.includes(name) && name in sent ? name : null
}

/** `max_tokens` becomes `max_completion_tokens`; the others are left out. */
export function withoutRefused(body: JsonObject, refused: ReadonlySet<string>): JsonObject {
  if (refused.size === 0) return body
  const kept = Object.entries(body).filter(([name]) => !refused.has(name))
  const { max_tokens: limit } = body
  const renamed = refused.has('max_tokens') && limit !== undefined ? { max_completion_tokens: limit } : {}
  return { ...Object.fromEntries(kept), ...renamed }
}

/** The n-th resample has its own seed, drawn from the first one: the same call resamples in the same way in every run. */
export function variedBody(body: JsonObject, seed: number, variation: Variation): JsonObject {
  if (variation.resamples === 0 && variation.tokenLimit !== 'doubled') return body
  const varied: Record<string, JsonObject[string]> = { ...body }
  if (variation.resamples > 0) {
    if ('seed' in body) varied.seed = hashKey(['llm-resample', seed, variation.resamples]) >>> 1
    if (body.temperature === 0) varied.temperature = resampleTemperature
  }
  if (variation.tokenLimit === 'doubled') {
    for (const name of tokenLimits) {
      const limit = body[name]
      if (typeof limit === 'number') varied[name] = limit * 2
    }
  }
  return varied
}
