/** What a client asks of the simulator: the body of `/v1/chat/completions`, checked. Unknown members are ignored. */
import { hashKey } from '../../core/random.ts'
import type { ChatMessage } from '../../llm/chat-model.ts'

export interface ChatRequest {
  readonly model: string
  readonly messages: readonly ChatMessage[]
  readonly seed: number
  readonly choices: number
  readonly maxTokens: number
  readonly isStream: boolean
  readonly hasStreamUsage: boolean
  /** vLLM's `prompt_logprobs`: the log-probs of the answer that the chat ends with are returned. */
  readonly hasPromptLogprobs: boolean
}

/** A request that is refused, in the words and codes of such servers. */
export interface RefusedRequest {
  readonly status: 400 | 404
  readonly type: string
  readonly message: string
}

const maxChoices = 128

export function parseChatRequest(text: string, models: readonly string[]): ChatRequest | RefusedRequest {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return refused('the body is not JSON')
  }
  if (!isObject(body)) return refused('the body is not a JSON object')
  const { model, messages, seed, n, stream } = body
  if (typeof model !== 'string') return refused('"model" must be a string')
  if (!models.includes(model)) {
    const message = `the model "${model}" does not exist (there is: ${models[0]})`
    return { status: 404, type: 'model_not_found', message }
  }
  if (!Array.isArray(messages) || messages.length === 0) return refused('"messages" must be a list, not empty')
  if (!messages.every(isMessage))
    return refused('a message must have a "role" and a "content", text or a list of parts')
  const choices = n ?? 1
  if (!isCount(choices) || choices > maxChoices) return refused(`"n" must be an integer in 1..${maxChoices}`)
  const maxTokens = body.max_completion_tokens ?? body.max_tokens ?? Number.MAX_SAFE_INTEGER
  if (!isCount(maxTokens)) return refused('"max_tokens" must be an integer >= 1')
  const streamOptions = body.stream_options
  return {
    model,
    messages,
    seed: typeof seed === 'number' ? seed : hashKey(['simulator-unseeded', JSON.stringify(messages)]),
    choices,
    maxTokens,
    isStream: stream === true,
    hasPromptLogprobs: typeof body.prompt_logprobs === 'number',
    hasStreamUsage: isObject(streamOptions) && streamOptions.include_usage === true,
  }
}

function refused(message: string): RefusedRequest {
  return { status: 400, type: 'invalid_request_error', message }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1
}

function isMessage(value: unknown): value is ChatMessage {
  if (!isObject(value) || typeof value.role !== 'string') return false
  return typeof value.content === 'string' || (Array.isArray(value.content) && value.content.every(isPart))
}

function isPart(value: unknown): boolean {
  if (!isObject(value)) return false
  return value.type === 'text' ? typeof value.text === 'string' : value.type === 'image_url'
}
