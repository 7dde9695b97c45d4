/** Finds a Python class in text without fences: the lines of the class, and the code around it that belongs to it. */
import { openQuoteAfter } from './fences.ts'

const moduleLine =
  /^(import |from [\w.]+ import |class \w|def \w|async def \w|@\w|#|if __name__|try:|except|[A-Za-z_]\w*(: ?[\w[\], .]+)? ?= ?\S|"""|'''|[)\]}]|(if|elif|for|while|with|async with|async for|except) .*:$|(else|try|finally|except):$|return\b|await |self\.)/
/** Lines above the class that belong to it: imports, constants, comments, blank lines. */
const headLine = /^(import |from [\w.]+ import |@\w|#|[A-Z_][A-Z0-9_]* ?= ?\S|\s*$)/

/**
 * The region of `text` that holds the class whose head `classHead` finds (with the `m` flag). Where the text has the
 * class several times, the first counts for all.
 */
export function bareRegion(text: string, classHead: RegExp): { readonly start: number; readonly end: number } | null {
  const match = classHead.exec(text)
  if (match === null) return null
  const sameHead = new RegExp(classHead.source)
  const isClass = /\bclass\b/.test(match[0])
  const lines = text.split('\n')
  const classLine = text.slice(0, match.index).split('\n').length - 1
  const indent = /^[ \t]*/.exec(lines[classLine] as string)?.[0] ?? ''
  let first = classLine
  while (first > 0 && headLine.test((lines[first - 1] as string).slice(indent.length))) first -= 1
  let last = classLine
  let quotes: string | null = null
  for (let i = classLine + 1; i < lines.length; i++) {
    const line = lines[i] as string
    const isInside = /^\s/.test(line.slice(indent.length)) || quotes !== null
    if (line.trim() === '') continue
    const isCode = isInside || moduleLine.test(line.slice(indent.length))
    if (!isCode || (isClass && sameHead.test(line)) || (i > last + 1 && !isInside && line.trimStart().startsWith('#')))
      break
    quotes = openQuoteAfter(line, quotes)
    last = i
  }
  const offsetOf = (line: number): number => lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0)
  return { start: offsetOf(first), end: Math.min(offsetOf(last + 1), text.length) }
}

/** Removes the indentation that all lines share with the first one that has text. */
export function dedent(code: string): string {
  const indent = /^(?:[ \t]*\n)*([ \t]*)/.exec(code)?.[1] ?? ''
  if (indent === '') return code
  return code
    .split('\n')
    .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line.trimStart()))
    .join('\n')
}
