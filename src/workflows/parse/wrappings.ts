/** What surrounds a program or splits it without being part of it: marks of chat formats, line prefixes, escapes. */

import type { Json } from '../../core/json.ts'
import { jsonOf } from '../../core/parse-json.ts'

/** End-of-text and turn marks that a server left in, e.g. `<|im_end|>`, `</s>`, `<end_of_turn>`. */
const turnMarks =
  /<[|｜][\w▁ -]{1,40}[|｜]>|<\/?s>|<(?:end_of_turn|start_of_turn|eos|bos|pad|unk|sep)>|\[\/?INST\]|<<\/?SYS>>/g

/** Line ends as `\n`, without byte order marks, zero-width blanks and turn marks. */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(/[\uFEFF\u200B\u2060\0]/g, '')
    .replace(turnMarks, '')
}

/** Text up to the end of the reasoning, where a model shows it. An unclosed tag hides no whole program behind it. */
export function reasoningOf(text: string, holdsProgram: (text: string) => boolean): string {
  const end = /^[\s\S]*?<\/(?:think|thinking|reasoning|thought)>/i.exec(text)?.[0]
  const start = /<(?:think|thinking|reasoning|thought)>/i.exec(text)
  if (end !== undefined) return start === null || start.index < end.length ? end.slice(start?.index ?? 0) : end
  if (start === null) return ''
  const rest = text.slice(start.index)
  return holdsProgram(rest) ? start[0] : rest
}

const linePrefixes: readonly RegExp[] = [
  /^ *\d{1,4}(?:[.:|)] ?|\t| |$)/,
  /^(?:>>>|\.\.\.)(?: |$)/,
  /^> ?/,
  /^\|\s?/,
  /^[+](?!\+\+)/,
]

/** Takes line numbers, `>>> `, `> ` or the `+` of a diff off, where every line with text has one. */
export function withoutLinePrefixes(text: string): string {
  const lines = text.split('\n')
  const written = lines.filter((line) => line.trim() !== '')
  const prefix = linePrefixes.find((candidate) => written.every((line) => candidate.test(line)))
  return prefix === undefined || written.length < 3 ? text : lines.map((line) => line.replace(prefix, '')).join('\n')
}

/** A program inside a JSON value, or with its line breaks written as `\n`; null where there is none. */
export function unescaped(text: string, holdsCode: (text: string) => boolean): string | null {
  const start = text.indexOf('{')
  const end = text.lastIndexOf('}')
  if (start >= 0 && end > start) {
    const code = stringsOf(jsonOf(text.slice(start, end + 1))).find(holdsCode)
    if (code !== undefined) return code
  }
  if ((text.match(/\\n/g)?.length ?? 0) < 3) return null
  const broken = text
    .replace(/\\n/g, '\n')
    .replace(/\\t/g, '\t')
    .replace(/\\(["'])/g, '$1')
  return holdsCode(broken) ? broken : null
}

function stringsOf(value: Json | undefined): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap((item) => stringsOf(item as Json))
}
