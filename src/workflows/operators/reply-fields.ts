/**
 * Reads fields out of replies as models write them: `<answer>42</answer>` in any case, unclosed, in a fence, echoed
 * before it is filled in. Plain scanning, so that no reply can make it slow.
 */

/** Text of the last non-empty `<name>` element; an unclosed one runs to the next tag or the end; null when there is none. */
export function replyField(text: string, name: string): string | null {
  const answer = withoutThinking(text)
  const lower = answer.toLowerCase()
  const open = `<${name.toLowerCase()}>`
  const close = `</${name.toLowerCase()}>`
  let unclosed: string | null = null
  for (let at = lower.lastIndexOf(open); at >= 0; at = at === 0 ? -1 : lower.lastIndexOf(open, at - 1)) {
    const start = at + open.length
    const end = lower.indexOf(close, start)
    const content = (end < 0 ? untilNextTag(answer.slice(start)) : answer.slice(start, end)).trim()
    if (content === '') continue
    if (end >= 0) return content
    unclosed ??= content
  }
  return unclosed
}

/** The reply without its reasoning block; an unclosed block hides nothing that could be told apart. */
export function withoutThinking(text: string): string {
  const end = text.lastIndexOf('</think>')
  return end < 0 ? text : text.slice(end + '</think>'.length)
}

function untilNextTag(text: string): string {
  const next = text.search(/<\/?[a-z_]{2,20}>/i)
  return next < 0 ? text : text.slice(0, next)
}

/** What stands after the last "answer is" or "answer:", else the last line, else the whole reply. */
export function answerWithoutTags(reply: string): string {
  const lines = withoutThinking(reply)
    .replace(/<\/?thought>/gi, '\n')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const marker = /\banswer(?: is|\s*:|\s*=)[\s:*]*(.+)$/i
  const marked = lines.findLast((line) => marker.test(line))
  const found = marked === undefined ? lines.at(-1) : marker.exec(marked)?.[1]
  return (found ?? reply).replace(/^[*_`\s]+|[*_`\s]+$/g, '') || reply.trim()
}

const yes = /^(?:true|yes|correct|right|valid)\b/i
const no = /^(?:false|no|incorrect|wrong|invalid|not)\b/i

/** A boolean as models write it; null when the text says neither. */
export function readBoolean(text: string): boolean | null {
  const plain = text.replace(/^[\s*_`"'#:>([{-]+/, '')
  if (no.test(plain)) return false
  return yes.test(plain) ? true : null
}

/** `A`, `B`, ... `Z`, `AA`, ... */
export function letterOf(position: number): string {
  const last = String.fromCharCode(65 + (position % 26))
  return position < 26 ? last : letterOf(Math.floor(position / 26) - 1) + last
}

/** Position of the letter that a text names (`B`, `b.`, `(B)`, `Solution B: ...`); null when it names none of `count`. */
export function readLetter(text: string, count: number): number | null {
  const plain = text.replace(/[*_`"'#()[\]{}<>]/g, ' ').trim()
  const named = /^(?:(?:the|solution|candidate|option|answer|choice|letter|is)\b[\s:]*)*([a-z]{1,2})(?![a-z'])/i.exec(
    plain,
  )
  if (named?.[1] === undefined) return null
  const letter = named[1].toUpperCase()
  for (let position = 0; position < count; position++) if (letterOf(position) === letter) return position
  return null
}
