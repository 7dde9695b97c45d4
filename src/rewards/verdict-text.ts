/**
 * Reads a verdict out of a judge's reply. Strict, because a guess here is a wrong reward: JSON, else the whole reply as
 * one word, else a `verdict:` line, else a first line that begins with one verdict and holds no other. Anything else
 * is no verdict. Quotations (`> `) are the response's words and are not read. English words only: a reply in another
 * language is asked for again.
 */

/** @returns null when the reply does not say one thing clearly. */
export function readVerdict(reply: string): boolean | null {
  const visible = withoutReasoning(reply)
    ?.replace(/^[ \t]*>.*$/gm, '')
    .trim()
  if (visible === undefined) return null
  return fromJson(visible) ?? fromWord(visible) ?? fromVerdictLine(visible) ?? fromFirstLine(visible)
}

/** What stands after `</think>`; null when the reasoning was never closed: no verdict was reached. */
function withoutReasoning(reply: string): string | null {
  const end = reply.lastIndexOf('</think>')
  const rest = end < 0 ? reply : reply.slice(end + '</think>'.length)
  return rest.includes('<think>') ? null : rest.trim()
}

const verdictKeys = ['verdict', 'correct', 'is_correct', 'isCorrect', 'true_false', 'result', 'equivalent']

function fromJson(text: string): boolean | null {
  const body = /^```(?:json)?\s*([\s\S]*?)\s*```$/.exec(text)?.[1] ?? text
  if (!body.startsWith('{')) return null
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return null
  }
  const said = verdictKeys.flatMap((key) => {
    const field = (value as Record<string, unknown>)[key]
    if (typeof field === 'boolean') return [field]
    const word = typeof field === 'string' ? fromWord(field) : null
    return word === null ? [] : [word]
  })
  return agreed(said)
}

function fromWord(text: string): boolean | null {
  const word = text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '').toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : null
}

/**
 * `Verdict: True` and its like on a line of their own, once. A label in a sentence or in quotes is no such line; a line with nothing but the other word speaks against it.
 */
function fromVerdictLine(text: string): boolean | null {
  const line =
    /^[\W_]*(?:final\s+)?(?:verdict|answer|judge?ment|the response is correct|<true_false>)[\W_]*(true|false)[\W_]*(?:true_false)?[\W_]*$/i
  const lines = text.split('\n').filter((candidate) => !/^\s*[|"“']/.test(candidate))
  const labelled = lines.flatMap((candidate) => {
    const word = line.exec(candidate)?.[1]?.toLowerCase()
    return word === undefined ? [] : [word === 'true']
  })
  const bare = lines.map(fromWord).filter((word) => word !== null)
  return labelled.length === 0 ? null : agreed([...labelled, ...bare])
}

function fromFirstLine(text: string): boolean | null {
  const first = text.split('\n', 1)[0] ?? ''
  const words = [...first.matchAll(/\b(?:true|false)\b/gi)].map(([word]) => word.toLowerCase())
  const leading = /^[\W_]*(true|false)\b/i.exec(first)?.[1]?.toLowerCase()
  return leading !== undefined && words.length === 1 ? leading === 'true' : null
}

function agreed(said: readonly boolean[]): boolean | null {
  const [first] = said
  return first !== undefined && said.every((value) => value === first) ? first : null
}
