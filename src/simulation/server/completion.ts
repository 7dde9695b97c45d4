/** From replies to the body of a chat completion: lengths counted, cut where `max_tokens` says so, faults of content put in. */
import type { Json, JsonObject } from '../../core/json.ts'
import { hashKey } from '../../core/random.ts'
import { estimateInputTokens, estimateTokens } from '../../llm/estimate-tokens.ts'
import { simulatorMark } from '../../llm/simulator-mark.ts'
import type { ChatRequest } from './chat-request.ts'
import type { Treatment } from './choose-fault.ts'
import type { SimulatorReply } from './options.ts'

export interface Choice {
  readonly content: string | null
  readonly reasoning: string
  readonly finishReason: 'stop' | 'length'
}

export interface ComposedCompletion {
  readonly id: string
  readonly model: string
  readonly choices: readonly Choice[]
  readonly usage: JsonObject
  /** As vLLM returns it: null for the first token, then one entry per prompt token. Here the answer is one token. */
  readonly promptLogprobs: readonly Json[] | null
  readonly knowsProblem: boolean | null
}

const charactersPerToken = 4

/** @param reply gives the reply for a seed. Tokens are counted as four characters each, for want of a tokenizer. */
export function composeCompletion(
  request: ChatRequest,
  treatment: Treatment,
  reply: (seed: number) => SimulatorReply,
): ComposedCompletion {
  let answerLogprob: number | null = null
  let knowsProblem: boolean | null = null
  const choices = Array.from({ length: request.choices }, (_, index) => {
    const seed = index === 0 ? request.seed : hashKey(['simulator-choice', request.seed, index])
    const replied = reply(seed)
    answerLogprob ??= replied.answerLogprob ?? null
    knowsProblem ??= replied.knowsProblem ?? null
    return spoiled(withinTokens(replied, request.maxTokens), treatment)
  })
  const inputTokens = estimateInputTokens(request.messages)
  const outputTokens = choices.reduce((sum, choice) => sum + tokensOf(choice), 0)
  return {
    id: `simulated-${hashKey([JSON.stringify(request)])
      .toString(16)
      .padStart(8, '0')}`,
    model: request.model,
    choices,
    knowsProblem,
    promptLogprobs: request.hasPromptLogprobs && answerLogprob !== null ? answerEntries(request, answerLogprob) : null,
    usage: {
      prompt_tokens: inputTokens,
      completion_tokens: outputTokens,
      total_tokens: inputTokens + outputTokens,
    },
  }
}

function answerEntries({ messages }: ChatRequest, logprob: number): Json[] {
  const answer = messages.at(-1)?.content
  const decoded = typeof answer === 'string' ? answer : ''
  return [null, { '1': { logprob, rank: 1, decoded_token: decoded } }]
}

/** Reasoning comes first and counts first, as in models that reason. */
function withinTokens(reply: { readonly content: string; readonly reasoning: string }, maxTokens: number): Choice {
  const { content, reasoning } = reply
  const left = maxTokens - estimateTokens(reasoning)
  if (estimateTokens(content) <= left) return { content, reasoning, finishReason: 'stop' }
  return {
    content: content.slice(0, Math.max(0, left) * charactersPerToken),
    reasoning: reasoning.slice(0, maxTokens * charactersPerToken),
    finishReason: 'length',
  }
}

function spoiled(choice: Choice, { fault, cut }: Treatment): Choice {
  const content = choice.content ?? ''
  if (fault === 'emptyContent') return { content: '', reasoning: '', finishReason: 'stop' }
  if (fault === 'nullContent') return { content: null, reasoning: choice.reasoning || content, finishReason: 'stop' }
  if (fault === 'truncated') {
    return { ...choice, content: content.slice(0, Math.floor(content.length * cut)), finishReason: 'length' }
  }
  return choice
}

/** The reasoning and the answer; an empty answer costs the token that ends it. */
function tokensOf(choice: Choice): number {
  return Math.max(1, estimateTokens(choice.content ?? '') + estimateTokens(choice.reasoning))
}

/** Reasoning is given under both names that servers use. */
function messageOf(choice: Choice): JsonObject {
  const reasoning = choice.reasoning === '' ? {} : { reasoning: choice.reasoning, reasoning_content: choice.reasoning }
  return { role: 'assistant', content: choice.content, ...reasoning }
}

export function completionBody(completion: ComposedCompletion): JsonObject {
  return {
    id: completion.id,
    object: 'chat.completion',
    created: 0,
    model: completion.model,
    system_fingerprint: 'baton simulator',
    choices: completion.choices.map((choice, index) => ({
      index,
      message: messageOf(choice),
      finish_reason: choice.finishReason,
    })),
    usage: completion.usage,
    ...(completion.promptLogprobs === null ? {} : { prompt_logprobs: completion.promptLogprobs }),
    ...simulatorMark(completion.knowsProblem),
  }
}

/** Deltas of this many characters. */
const deltaLength = 24

/** The same completion as the chunks of a stream; with `hasUsage` the last one carries usage and no choices. */
export function completionChunks(completion: ComposedCompletion, hasUsage: boolean): JsonObject[] {
  const chunk = (choices: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
    id: completion.id,
    object: 'chat.completion.chunk',
    created: 0,
    model: completion.model,
    choices,
    ...more,
  })
  const delta = (index: number, members: JsonObject, finishReason: string | null = null): JsonObject =>
    chunk([{ index, delta: members, finish_reason: finishReason }])
  const chunks = completion.choices.flatMap((choice, index) => [
    delta(index, { role: 'assistant', content: null }),
    ...pieces(choice.reasoning).map((text) => delta(index, { reasoning: text, reasoning_content: text })),
    ...pieces(choice.content ?? '').map((text) => delta(index, { content: text })),
    delta(index, {}, choice.finishReason),
  ])
  return hasUsage ? [...chunks, chunk([], { usage: completion.usage })] : chunks
}

function pieces(text: string): string[] {
  const count = Math.ceil(text.length / deltaLength)
  return Array.from({ length: count }, (_, i) => text.slice(i * deltaLength, (i + 1) * deltaLength))
}
