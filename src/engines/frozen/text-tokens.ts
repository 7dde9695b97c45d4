/**
 * Tokens for a policy whose own are not known: the bytes of the text in UTF-8. Lengths of its prompts and completions
 * are therefore bytes. A prompt is a conversation as JSON.
 */
import type { ChatMessage } from '../../llm/index.ts'
import type { Tokenizer } from '../policy-engine.ts'

const endOfTextId = 256

export const textTokenizer: Tokenizer = {
  encode: (text) => [...new TextEncoder().encode(text)],
  decode: (tokens) => new TextDecoder().decode(Uint8Array.from(tokens.filter((token) => token < endOfTextId))),
  vocabularySize: 258,
  endOfTextId,
  padId: 257,
}

/** The prompt that asks a frozen generator these messages. */
export function conversationTokens(messages: readonly ChatMessage[]): number[] {
  return textTokenizer.encode(JSON.stringify(messages))
}

/** What a prompt asks; any other text is one message of the user. */
export function conversationOf(prompt: readonly number[]): readonly ChatMessage[] {
  const text = textTokenizer.decode(prompt)
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value) && value.every(isMessage)) return value
  } catch {
    // A prompt in plain words.
  }
  return [{ role: 'user', content: text }]
}

function isMessage(value: unknown): value is ChatMessage {
  const { role, content } = (value ?? {}) as { role?: unknown; content?: unknown }
  return typeof role === 'string' && (typeof content === 'string' || Array.isArray(content))
}
