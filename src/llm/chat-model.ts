/** The chat model contract: what the operators and the judge need of a language model, and nothing of how it is reached. */
import type { Json, JsonObject } from '../core/json.ts'

export type ContentPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } }

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string | readonly ContentPart[]
}

export interface GenerateOptions {
  /** What the call is for (`executor/Review`, `judge`): accounting only, not sent, not part of the cache key. */
  readonly purpose: string
  /** The n-th sample of this prompt: sent as `seed`, part of the cache key. Same messages, same options, same seed: bought once. */
  readonly seed: number
  readonly temperature?: number
  readonly topP?: number
  readonly maxTokens?: number
  /** In place of the server's own setting: for a model that reasons and reached no answer. */
  readonly reasoningEffort?: 'low'
  /** Form of the answer, sent as `response_format`. A server that refuses the member by name is asked without it. */
  readonly responseFormat?: JsonObject
  /** Members added to the request's body, such as the grammar that the server holds the answer to. Part of the cache key. */
  readonly fields?: JsonObject
}

export interface Usage {
  readonly inputTokens: number
  readonly outputTokens: number
}

export interface ChatReply {
  /** Of the call's record in the journal. */
  readonly key: string
  /** Never empty: an empty answer is a failure (`empty-content`). */
  readonly text: string
  /** The model's reasoning if the server returns it, else ''. */
  readonly reasoning: string
  readonly finishReason: {
    readonly unified: 'stop' | 'length' | 'content-filter' | 'other'
    readonly raw: string | null
  }
  /** Of all attempts together. */
  readonly usage: Usage
  /** Of all attempts together, as bought. A cached reply carries what it cost then: `isCached` says that nothing was paid now. */
  readonly costUsd: number
  /** Of the attempt that was answered alone: the same however often a service failed before it. */
  readonly answerUsage: Usage
  readonly answerCostUsd: number
  readonly attempts: number
  readonly isCached: boolean
  readonly latencyMs: number
  readonly raw: Json
}

export interface ChatModel {
  readonly model: string
  /** Rejects with an LlmError when the last attempt failed; its usage and cost are accounted for all the same. */
  generate(messages: readonly ChatMessage[], options: GenerateOptions, signal?: AbortSignal): Promise<ChatReply>
}
