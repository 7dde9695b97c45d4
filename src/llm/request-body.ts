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
    ...options.fields,
  }
  if (options.responseFormat !== undefined) body['response_format'] = options.responseFormat
  for (const [name, value] of Object.entries(defaults.extraBody ?? {})) {
    if (value === null) delete body[name]
    else body[name] = value
  }
  if (options.reasoningEffort !== undefined) body['reasoning_effort'] = options.reasoningEffort
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

/** The text that is sent: whole characters, as strict servers want them. */
export function requestText(body: JsonObject): string {
  return JSON.stringify(body, (_, value) => (typeof value === 'string' ? value.toWellFormed() : value))
}

/**
 * Members that some models refuse by name; without them a call is still the same call. Of two that exclude each other the
 * first of this list goes.
 */
const dispensable = ['response_format', 'top_p', 'temperature', 'seed', 'reasoning_effort', 'max_tokens']

/** Stands for the role, among the names of members that a server does not take. */
export const systemRole = 'messages.system'

/** A name that a server does not know, whatever value it has. */
const unknownName =
  /\b(?:unsupported|unknown|unrecogni[sz]ed|unexpected|invalid) (?:parameter|argument|field|key|name|property|request argument)|(?:extra|additional) (?:inputs|properties|fields)|deprecated|does ?n[o']t (?:take|know|support|accept|allow)|do(?:es)? not (?:take|know|support|accept|allow)|(?:not|n't|no longer) (?:be )?(?:supported|permitted|allowed|accepted|recogni[sz]ed|available|used|set|specified|provided)|unsupported|(?:cannot|can't|may not|must not) (?:both )?be|cannot both|not both|mutually exclusive|only (?:one|the default)|not a valid|不支持|不能同时|未知参数/i
/** A value out of range: another model of the run would be sampled than was asked for. */
const wrongValue =
  /\bbetween\b|at (?:most|least)|too (?:large|high|low|small|long)|(?:less|greater|larger|smaller) than|\bmaximum\b|\bminimum\b|\brange\b|[<>]=? ?\d/i
const onlyDefault = /only the default|unsupported value/i

const refusesSystem =
  /system[ _](?:role|message|prompt|instruction)s? (?:is |are )?(?:not|n't|un)[ -]?(?:supported|allowed|enabled|permitted)|(?:not|n't) (?:support|allow|accept)\w*(?: the| a| any)? ['"`]?system['"`]?\b|developer instruction is not enabled|roles? must (?:alternate|be)|only user and (?:assistant|model) roles|unsupported role|invalid role:? ?['"`]?system/i

/**
 * @param message the server's words for a request that it refused.
 * @returns what of the sent body it does not take: the name of a member, or `systemRole`; null where it means neither.
 */
export function refusedMember(message: string, sent: JsonObject): string | null {
  if (refusesSystem.test(message) && systemTexts(sent).length > 0) return systemRole
  if (!unknownName.test(message) || (wrongValue.test(message) && !onlyDefault.test(message))) return null
  const named = (name: string): boolean => new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(message)
  return dispensable.find((name) => name in sent && named(name)) ?? null
}

function systemTexts(body: JsonObject): readonly JsonObject[] {
  const messages = Array.isArray(body['messages']) ? (body['messages'] as readonly JsonObject[]) : []
  return messages.filter(({ role }) => role === 'system')
}

/**
 * The body as it goes out: without what the server does not take, and without a `top_p` of 1, which says nothing.
 * `max_tokens` becomes `max_completion_tokens`, system messages go before the first text of the user.
 */
export function withoutRefused(body: JsonObject, refused: ReadonlySet<string>): JsonObject {
  const saysNothing = body['top_p'] === 1
  if (refused.size === 0 && !saysNothing) return body
  const kept = Object.entries(body).filter(([name]) => !refused.has(name) && !(saysNothing && name === 'top_p'))
  const { max_tokens: limit } = body
  const renamed = refused.has('max_tokens') && limit !== undefined ? { max_completion_tokens: limit } : {}
  const sent = { ...Object.fromEntries(kept), ...renamed }
  return refused.has(systemRole) ? withoutSystem(sent) : sent
}

function withoutSystem(body: JsonObject): JsonObject {
  const system = systemTexts(body).map(({ content }) =>
    typeof content === 'string' ? content : JSON.stringify(content),
  )
  if (system.length === 0) return body
  const others = (body['messages'] as readonly JsonObject[]).filter(({ role }) => role !== 'system')
  const [first = { role: 'user', content: '' }, ...rest] = others
  const text = system.join('\n\n')
  const content = Array.isArray(first['content'])
    ? [{ type: 'text', text }, ...(first['content'] as readonly JsonObject[])]
    : [text, first['content']].filter((part) => part !== '').join('\n\n')
  return { ...body, messages: [{ ...first, content }, ...rest] }
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
