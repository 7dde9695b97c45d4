/**
 * Anthropic's messages API in the terms of a chat completion, both ways, so that retries, cache and accounting are the
 * same for both. Source: the API's public reference (version 2023-06-01). It takes no seed; temperatures above 1 are its
 * largest. Leaves out tools, images by URL other than as they are, and streaming.
 */
import type { Json } from '../core/json.ts'
import { jsonOf } from '../core/parse-json.ts'

export type ApiDialect = 'openai' | 'anthropic'

export const messagesVersion = '2023-06-01'

type Members = Readonly<Record<string, Json>>

/** @param body of a chat completion; absent for other paths, which stay as they are. */
export function messagesRequest(path: string, body: string | undefined): { path: string; body?: string } {
  if (path !== '/chat/completions' || body === undefined) return { path }
  const asked = JSON.parse(body) as Members
  const messages = (asked['messages'] ?? []) as unknown as readonly { role: string; content: Json }[]
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => textOf(content))
  const { temperature, top_p: topP } = asked
  const translated = {
    model: asked['model'],
    max_tokens: asked['max_tokens'] ?? asked['max_completion_tokens'] ?? 1024,
    ...(system.length === 0 ? {} : { system: system.join('\n\n') }),
    messages: messages.filter(({ role }) => role !== 'system'),
    ...(typeof temperature === 'number' ? { temperature: Math.min(temperature, 1) } : {}),
    // Some models take one of the two only, and 1 says nothing.
    ...(typeof topP === 'number' && topP < 1 ? { top_p: topP } : {}),
  }
  return { path: '/messages', body: JSON.stringify(translated) }
}

const finishReasons: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'content_filter',
}

/** @param text of a 200 reply; what is not a message is passed on as it is, for the reader to refuse. */
export function messagesReply(text: string): string {
  const reply = jsonOf(text) as Members | null | undefined
  if (reply === undefined || reply === null || typeof reply !== 'object' || reply['type'] !== 'message') return text
  const parts = Array.isArray(reply['content']) ? (reply['content'] as readonly Members[]).filter(isObject) : []
  const joined = (type: string, member: string): string =>
    parts.map((part) => (part['type'] === type && typeof part[member] === 'string' ? part[member] : '')).join('')
  const usage = (reply['usage'] ?? {}) as Members
  const reason = reply['stop_reason']
  return JSON.stringify({
    ...reply,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: joined('text', 'text'), reasoning: joined('thinking', 'thinking') },
        finish_reason: typeof reason === 'string' ? (finishReasons[reason] ?? reason) : null,
      },
    ],
    usage: {
      prompt_tokens: countOf(usage, ['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens']),
      completion_tokens: usage['output_tokens'] ?? null,
    },
  })
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null

function countOf(usage: Members, names: readonly string[]): number | null {
  if (typeof usage['input_tokens'] !== 'number') return null
  return names.reduce((sum, name) => sum + (typeof usage[name] === 'number' ? usage[name] : 0), 0)
}

function textOf(content: Json): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .map((part: Json) => ((part as Members)['type'] === 'text' ? String((part as Members)['text']) : ''))
    .join('')
}
