/**
 * Tells an answer from the reasoning that a server left in its text: `<think>` blocks, and the channel marks of models
 * that speak Harmony where the server's parser let them through.
 */

export interface SeparatedText {
  readonly text: string
  readonly reasoning: string
}

/** The text without its reasoning, trimmed of nothing but the space that the reasoning left behind. */
export function separateReasoning(content: string): SeparatedText {
  if (content.includes('<|channel|>')) return fromChannels(content)
  if (!content.includes('think>')) return { text: content, reasoning: '' }
  return fromThinkBlocks(content)
}

function fromThinkBlocks(content: string): SeparatedText {
  const reasoning: string[] = []
  let text = content.replaceAll(/<think>([\s\S]*?)<\/think>\s*/g, (_, inner: string) => {
    reasoning.push(inner.trim())
    return ''
  })
  // Templates that open the block in the prompt leave only its end in the answer.
  const end = text.lastIndexOf('</think>')
  if (end >= 0) {
    reasoning.push(text.slice(0, end).trim())
    text = text.slice(end + '</think>'.length).trimStart()
  }
  // A block that was cut: all of it is reasoning.
  const open = /^\s*<think>/.exec(text)
  if (open !== null) {
    reasoning.push(text.slice(open[0].length).trim())
    text = ''
  }
  return { text, reasoning: reasoning.filter((part) => part !== '').join('\n') }
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
  return { text: named('final'), reasoning: named('analysis') }
}
