/** Markdown code fences as language models write them: doubled, unclosed, with fences inside Python strings. */

export interface FencedBlock {
  /** Offset of the opening fence's line, and of the end of the closing one (or of the text). */
  readonly start: number
  readonly end: number
  readonly language: string
  readonly content: string
  readonly isClosed: boolean
}

/** Of a line without the blanks around it. */
const fence = /^(?:```+|~~~+)[ \t]*([\w+-]*)$/

/**
 * The triple quotes that are open behind a line, where `open` was before it; null for none. Comments and plain strings
 * are not looked into.
 */
export function openQuoteAfter(line: string, open: string | null): string | null {
  let current = open
  for (const [quotes] of line.matchAll(/"""|'''/g)) {
    if (current === null) current = quotes
    else if (current === quotes) current = null
  }
  return current
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
  /** Within the open block. */
  let quotes: string | null = null
  for (const line of text.split('\n')) {
    const lineStart = offset
    const lineEnd = Math.min(offset + line.length + 1, text.length)
    offset += line.length + 1
    const match = fence.exec(line.trim())
    if (match === null || quotes !== null) {
      if (open !== null) quotes = openQuoteAfter(line, quotes)
      continue
    }
    const language = (match[1] ?? '').toLowerCase()
    if (open !== null && language === '') {
      close(lineStart, lineEnd, true)
      continue
    }
    close(lineStart, lineStart, false)
    open = { start: lineStart, contentStart: lineEnd, language }
  }
  close(text.length, text.length, false)
  return blocks
}
