/** Separates an answer from the reasoning that a server left in its text, the channel marks of Harmony among them. */
import { type SeparatedText, separateReasoning } from '../core/reasoning.ts'

export function separateServerReasoning(content: string): SeparatedText {
  return content.includes('<|channel|>') ? fromChannels(content) : separateReasoning(content)
}

function fromChannels(content: string): SeparatedText {
  const parts = content.split('<|channel|>').slice(1)
  const bodyOf = (part: string): string =>
    (part.split('<|message|>')[1] ?? '').replaceAll(/<\|(?:end|return|start)\|>(?:assistant)?/g, '').trim()
  const named = (name: string): string =>
    parts
      .filter((part) => part.startsWith(name))
      .map(bodyOf)
      .join('\n')
  return { text: named('final'), reasoning: named('analysis'), isCut: false }
}
