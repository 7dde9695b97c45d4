/**
 * Reads fields out of replies as models write them: `<answer>42</answer>` in any case, unclosed, in a fence, echoed
 * before it is filled in. Plain scanning, so that no reply can make it slow.
 */
import { separateReasoning } from '../../core/reasoning.ts'

export { readBoolean } from './read-boolean.ts'

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
    if (content === '' || isPlaceholder(content) || answer[at - 1] === '`') continue
    if (end >= 0) return content
    unclosed ??= content
  }
  return unclosed
}

/** The reply without its reasoning; where nothing else is left, the reasoning is what there is to read. */
export function withoutThinking(text: string): string {
  const separated = separateReasoning(text)
  return separated.text === '' ? separated.reasoning : separated.text
}

/** What a format shows before it is filled in. */
function isPlaceholder(content: string): boolean {
  return /^[.…\s]*$|^(?:your|the|final|my) (?:final )?(?:answer|solution|letter)(?: only| here)?$|^true or false$|^\{[\w ]+\}$/i.test(
    content,
  )
}

function untilNextTag(text: string): string {
  const next = text.search(/<\/?[a-z_]{2,20}>/i)
  return next < 0 ? text : text.slice(0, next)
}

/** What follows the last "answer is" or "answer:", else the last line, else the whole reply. */
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

/** `A`, `B`, ... `Z`, `AA`, ... */
export function letterOf(position: number): string {
  const last = String.fromCharCode(65 + (position % 26))
  return position < 26 ? last : letterOf(Math.floor(position / 26) - 1) + last
}

/**
 * Position of the letter that a field names: the letter alone (`B`, `b.`, `(B)`), behind a label (`Solution B is ...`), or in
 * front of its reason (`B: ...`, `B because ...`); null when it names none of `count`. "A" and "I" are words too.
 */
export function readLetter(text: string, count: number): number | null {
  const plain = text.replace(/[*_`"'#()[\]{}<>$]/g, ' ').trim()
  const labels = String.raw`(?:(?:the|solution|candidate|option|answer|choice|letter|is)\b[\s:]*)`
  const named =
    new RegExp(`^${labels}*([a-z]{1,2})\\s*[.:,;!-]*$`, 'i').exec(plain) ??
    new RegExp(`^${labels}+([A-Z]{1,2})(?![A-Za-z'])(?!\\s*(?:and|or|,)\\s*[A-Z]\\b)`, 'i').exec(plain) ??
    /^([A-Z]{1,2})\s*[.:,;-]\s*(?![A-Z]\b)\S/.exec(plain) ??
    /^([A-Z]{1,2})\s+(?:is|because|since|has|seems|gives)\b/.exec(plain)
  if (named?.[1] === undefined) return null
  const letter = named[1].toUpperCase()
  for (let position = 0; position < count; position++) if (letterOf(position) === letter) return position
  return null
}
