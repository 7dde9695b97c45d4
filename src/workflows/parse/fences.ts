/** Markdown code fences as language models write them: doubled, unclosed, with fences inside Python strings. */

export interface FencedBlock {
  /** Offset of the opening fence's line, and of the end of the closing one (or of the text). */
  readonly start: number
  readonly end: number
  readonly language: string
  readonly content: string
  readonly isClosed: boolean
}

const fence = /^[ \t]*(?:```+|~~~+)[ \t]*([\w+-]*)[ \t]*$/

/** True when the text ends inside a triple-quoted string. Comments and plain strings are not looked into. */
export function endsInTripleQuote(text: string): boolean {
  let open: string | null = null
  for (const [quotes] of text.matchAll(/"""|'''/g)) {
    if (open === null) open = quotes
    else if (open === quotes) open = null
  }
  return open !== null
}

export function fencedBlocks(text: string): FencedBlock[] {
  const blocks: FencedBlock[] = []
  let open: { start: number; contentStart: number; language: string } | null = null
  const close = (contentEnd: number, end: number, isClosed: boolean): void => {
    if (open === null) return
    const content = text.slice(open.contentStart, contentEnd)
    blocks.push({ start: open.start, end, language: open.language, content, isClosed })
    open = null
  }
  let offset = 0
  for (const line of text.split('\n')) {
    const lineStart = offset
    const lineEnd = Math.min(offset + line.length + 1, text.length)
    offset += line.length + 1
    const match = fence.exec(line)
    if (match === null) continue
    const language = (match[1] ?? '').toLowerCase()
    const current: { contentStart: number } | null = open
    if (current === null) open = { start: lineStart, contentStart: lineEnd, language }
    else if (endsInTripleQuote(text.slice(current.contentStart, lineStart))) continue
    else if (language === '') close(lineStart, lineEnd, true)
    else {
      close(lineStart, lineStart, false)
      open = { start: lineStart, contentStart: lineEnd, language }
    }
  }
  close(text.length, text.length, false)
  return blocks
}
