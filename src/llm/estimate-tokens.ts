/** Token counts if the server reports none: four characters a token, as a rule of thumb for English. Always flagged as estimated. */
import type { ChatMessage } from './chat-model.ts'

const charactersPerToken = 4
const tokensPerMessage = 4

export function estimateTokens(text: string): number {
  return Math.ceil(text.length / charactersPerToken)
}

/** Images are not counted: no rule holds across models. */
export function estimateInputTokens(messages: readonly ChatMessage[]): number {
  let tokens = 0
  for (const { content } of messages) {
    tokens += tokensPerMessage
    if (typeof content === 'string') tokens += estimateTokens(content)
    else for (const part of content) tokens += part.type === 'text' ? estimateTokens(part.text) : 0
  }
  return tokens
}
