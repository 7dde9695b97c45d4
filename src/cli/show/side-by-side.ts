/** Texts of several lines beside each other on a wide terminal, one below the other on a narrow one. */
import { padText, textWidth, wrapText } from '../text-width.ts'

export interface SideBySideRow {
  readonly label: string
  /** One a column; a row that is empty in all columns of a block is left out there. */
  readonly cells: readonly string[]
}

/** Below it there is one column. */
const wideTerminal = 100
const leastColumn = 40
const separator = ' │ '

export interface SideBySideOptions {
  /** Columns of the terminal; without one, no line is broken and the texts are not set side by side. */
  readonly width: number
  /** Of the first row, which heads each block. */
  readonly emphasize: (line: string) => string
}

/**
 * Blocks of as many columns as fit, one block below the other; each row of a block is as high as its longest cell.
 * @param rows the first one has the titles of the columns. All have as many cells.
 */
export function sideBySide(rows: readonly SideBySideRow[], { width, emphasize }: SideBySideOptions): string[] {
  const count = rows[0]?.cells.length ?? 0
  const gutter = Math.max(...rows.map(({ label }) => textWidth(label))) + 2
  const most =
    width < wideTerminal || width === Number.POSITIVE_INFINITY
      ? 1
      : Math.max(1, Math.floor((width - gutter + separator.length) / (leastColumn + separator.length)))
  const blocks = Math.ceil(count / most)
  const columns = Math.ceil(count / blocks)
  const columnWidth = Math.max(16, Math.floor((width - gutter - separator.length * (columns - 1)) / columns))
  return Array.from({ length: blocks }, (_, block) => {
    const from = block * columns
    const to = Math.min(count, from + columns)
    const lines = rows.flatMap(({ label, cells }, i) => {
      const texts = cells.slice(from, to)
      if (texts.every((text) => text === '')) return []
      const row = rowLines(label, texts, { gutter, columnWidth })
      return i === 0 ? row.map(emphasize) : row
    })
    return ['', ...lines]
  }).flat()
}

function rowLines(
  label: string,
  texts: readonly string[],
  { gutter, columnWidth }: { readonly gutter: number; readonly columnWidth: number },
): string[] {
  const columns = texts.map((text) => brokenLines(text, columnWidth))
  const height = Math.max(...columns.map((lines) => lines.length))
  return Array.from({ length: height }, (_, i) => {
    const cells = columns.map((lines) => lines[i] ?? '')
    const padded = columnWidth === Number.POSITIVE_INFINITY ? cells : cells.map((cell) => padText(cell, columnWidth))
    return `${padText(i === 0 ? label : '', gutter)}${padded.join(separator)}`.trimEnd()
  })
}

/** Lines of at most `width` columns. A continuation is indented further than its line, to keep code readable. */
export function brokenLines(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => {
    if (textWidth(line) <= width) return [line]
    const indent = /^[-+ ]? */.exec(line)?.[0] ?? ''
    const deeper = Math.min(indent.length + 2, Math.floor(width / 2))
    const [first = '', ...rest] = wrapText(line.slice(indent.length), width - deeper)
    return [`${indent.slice(0, deeper)}${first}`, ...rest.map((part) => `${' '.repeat(deeper)}${part}`)]
  })
}
