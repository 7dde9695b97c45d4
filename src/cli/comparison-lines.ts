/** A comparison of two runs as lines of a terminal: a table, and a sentence for each of its rows. */

import { isPossibleDifference } from '../core/detectable-difference.ts'
import { readingOf } from '../core/difference-reading.ts'
import { grouped } from '../core/grouped.ts'
import type { PairedComparison } from '../core/paired-comparison.ts'
import type { Paint } from './paint.ts'
import { type TextColumn, textTable } from './text-table.ts'
import { comparisonWords } from './words/comparison.ts'

export interface Comparison {
  readonly a: string
  readonly b: string
  /** One evaluation of one run on both sides. */
  readonly isSelf: boolean
  /** What a row is about. */
  readonly rowTitle: 'shots' | 'problems'
  readonly rows: readonly PairedComparison[]
  readonly leftOut: number
}

/** @param width columns of the terminal. */
export function comparisonLines(
  { a, b, isSelf, rowTitle, rows, leftOut }: Comparison,
  colour: Paint,
  width = Number.POSITIVE_INFINITY,
): string[] {
  const { bold, green, red, dim } = colour
  const words = comparisonWords()
  const cells = rows.map((row) => [
    words.row(row.name),
    String(row.n),
    points(row.meanA),
    points(row.meanB),
    signed(row.difference),
    `[${signed(row.low)}, ${signed(row.high)}]`,
    String(row.onlyA),
    String(row.onlyB),
    probability(row.mcNemarHolm),
    probability(row.signFlipHolm),
    detectableText(row) ?? '–',
  ])
  const [titles = '', ...table] = textTable(columnsOf(words.rows[rowTitle], words), cells, width)
  const colours = { more: green, less: red, equal: dim, 'cannot-tell': dim }
  return [
    `A  ${a}`,
    `B  ${b}`,
    '',
    bold(titles),
    ...table,
    '',
    ...(isSelf ? [bold(words.same)] : rows.map((row) => colours[readingOf(row)](sentence(row, rowTitle)))),
    ...(leftOut === 0 ? [] : [words.leftOut(leftOut)]),
    dim(words.note(rowTitle === 'shots')),
  ]
}

/** By rank: what a narrow terminal leaves out first. */
function columnsOf(rowTitle: string, { columns }: ReturnType<typeof comparisonWords>): readonly TextColumn[] {
  return [
    { title: rowTitle, side: 'left', rank: 0 },
    { title: 'n', side: 'right', rank: 0 },
    { title: 'A', side: 'right', rank: 1 },
    { title: 'B', side: 'right', rank: 1 },
    { title: 'A - B', side: 'right', rank: 0 },
    { title: columns.interval, side: 'right', rank: 0 },
    { title: columns.onlyA, side: 'right', rank: 4 },
    { title: columns.onlyB, side: 'right', rank: 4 },
    { title: 'McNemar', side: 'right', rank: 3 },
    { title: columns.flips, side: 'right', rank: 2 },
    { title: columns.detectable, side: 'right', rank: 5 },
  ]
}

function sentence(row: PairedComparison, rowTitle: Comparison['rowTitle']): string {
  const isShots = rowTitle === 'shots'
  const words = comparisonWords()
  const where = words.where(row.name, isShots)
  const reading = readingOf(row)
  if (reading !== 'cannot-tell') return words[reading](where)
  const difference = Math.abs(row.difference)
  const needed = row.needed === null || difference < 0.00005 ? null : grouped(row.needed)
  const [detectable, shown] = [detectableText(row), points(difference)]
  return words.cannotTell({ where, n: row.n, isShots, detectable, difference: shown, needed })
}

/** null where it is above 100 points. */
function detectableText({ detectable }: PairedComparison): string | null {
  return isPossibleDifference(detectable) ? points(detectable) : null
}

const points = (rate: number): string => (rate * 100).toFixed(2)
const signed = (rate: number): string => `${rate < 0 ? '−' : '+'}${points(Math.abs(rate))}`
const probability = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3))
