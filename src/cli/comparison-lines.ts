/** A comparison of two runs as lines of a terminal: a table, and a sentence for each of its rows. */
import { readingOf } from '../core/difference-reading.ts'
import type { PairedComparison } from '../core/paired-comparison.ts'
import { grouped } from './format.ts'
import type { Paint } from './paint.ts'
import { padText, textWidth } from './text-width.ts'
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

export function comparisonLines({ a, b, isSelf, rowTitle, rows, leftOut }: Comparison, colour: Paint): string[] {
  const { bold, green, red, dim } = colour
  const words = comparisonWords()
  const header = [
    words.rows[rowTitle],
    'n',
    'A',
    'B',
    'A - B',
    words.columns.interval,
    words.columns.onlyA,
    words.columns.onlyB,
    'McNemar',
    words.columns.flips,
    words.columns.detectable,
  ]
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
    points(row.detectable),
  ])
  const widths = header.map((title, i) =>
    Math.max(textWidth(title), ...cells.map((line) => textWidth(line[i] as string))),
  )
  const line = (texts: readonly string[]): string =>
    texts.map((text, i) => padText(text, widths[i] as number, i === 0 ? 'left' : 'right')).join('  ')
  const colours = { more: green, less: red, equal: dim, 'cannot-tell': dim }
  return [
    `A  ${a}`,
    `B  ${b}`,
    '',
    bold(line(header)),
    ...cells.map((texts) => line(texts)),
    '',
    ...(isSelf ? [bold(words.same)] : rows.map((row) => colours[readingOf(row)](sentence(row, rowTitle)))),
    ...(leftOut === 0 ? [] : [words.leftOut(leftOut)]),
    dim(words.note(rowTitle === 'shots')),
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
  const [detectable, shown] = [points(row.detectable), points(difference)]
  return words.cannotTell({ where, n: grouped(row.n), isShots, detectable, difference: shown, needed })
}

const points = (rate: number): string => (rate * 100).toFixed(2)
const signed = (rate: number): string => `${rate < 0 ? '' : '+'}${points(rate)}`
const probability = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3))
