/** Tables for a terminal, aligned by display width, so that wide characters line up; excess columns drop by rank. */
import { flowed } from './terminal-wrap.ts'
import { cutText, padText, textWidth } from './text-width.ts'

export interface TextColumn {
  readonly title: string
  readonly side: 'left' | 'right'
  /** Where the table is too wide, the columns of the highest rank are left out first; those of rank 0 stay. */
  readonly rank: number
}

/**
 * @returns the title line, then a line for each row, none wider than `width`. If not even the columns of rank 0 fit, a
 * row takes several lines, those after the first indented.
 */
export function textTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const lines = [columns.map(({ title }) => title), ...rows]
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => textWidth(line[i] ?? ''))))
  const shown = columnsThatFit(columns, widths, width)
  const total = shown.reduce((sum, i) => sum + (widths[i] ?? 0) + 2, -2)
  if (total > width && shown.length > 1) {
    const cells = lines.map((line) => shown.map((i) => (line[i] ?? '').trim()))
    return cells.flatMap((row) => flowed(row, { width, indent: 2 })).map((line) => cutText(line, width))
  }
  return lines.map((line) =>
    cutText(
      shown
        .map((i) => padText(line[i] ?? '', widths[i] ?? 0, columns[i]?.side))
        .join('  ')
        .trimEnd(),
      width,
    ),
  )
}

function columnsThatFit(columns: readonly TextColumn[], widths: readonly number[], width: number): number[] {
  const ranks = [...new Set(columns.map(({ rank }) => rank))].sort((a, b) => b - a)
  for (const highest of ranks) {
    const shown = [...columns.keys()].filter((i) => (columns[i]?.rank ?? 0) <= highest)
    const total = shown.reduce((sum, i) => sum + (widths[i] ?? 0) + 2, -2)
    if (total <= width || highest === 0) return shown
  }
  return [...columns.keys()]
}

/** Columns of the terminal; without one nothing is left out. */
export function terminalWidth(stream: NodeJS.WriteStream = process.stdout): number {
  return stream.isTTY === true ? stream.columns : Number.POSITIVE_INFINITY
}
