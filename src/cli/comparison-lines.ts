/** A comparison of two runs as lines of a terminal: a table, and a sentence for each of its rows. */
import { equalMargin, readingOf } from '../core/difference-reading.ts'
import type { PairedComparison } from '../core/paired-comparison.ts'
import { grouped } from './format.ts'
import type { Paint } from './paint.ts'

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
  const header = [
    rowTitle,
    'n',
    'A',
    'B',
    'A - B',
    '95 % interval',
    'only A right',
    'only B right',
    'McNemar',
    'sign flips',
    'can show',
  ]
  const cells = rows.map((row) => [
    row.name,
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
  const widths = header.map((title, i) => Math.max(title.length, ...cells.map((line) => (line[i] as string).length)))
  const line = (texts: readonly string[]): string =>
    texts.map((text, i) => (i === 0 ? text.padEnd(widths[i] as number) : text.padStart(widths[i] as number))).join('  ')
  const colours = { more: green, less: red, equal: dim, 'cannot-tell': dim }
  return [
    `A  ${a}`,
    `B  ${b}`,
    '',
    bold(line(header)),
    ...cells.map((texts) => line(texts)),
    '',
    ...(isSelf
      ? [bold('A and B are the same evaluation of the same run: every difference is 0, and nothing is compared.')]
      : rows.map((row) => colours[readingOf(row)](sentence(row, rowTitle)))),
    ...(leftOut === 0 ? [] : [`${leftOut} could not be scored in both and are left out.`]),
    dim(
      `In points. Interval: Bonett-Price, ${rowTitle === 'shots' ? 'the questions about one image together' : 'paired by problem'}. McNemar (exact) and sign flips: p, corrected by Holm for the ${rowTitle === 'shots' ? 'rows' : 'types'}. “Can show”: what 4 of 5 such comparisons would find.`,
    ),
  ]
}

function sentence(row: PairedComparison, rowTitle: Comparison['rowTitle']): string {
  const isShots = rowTitle === 'shots'
  const where = isShots ? `${row.name} shots` : `${row.name} problems`
  switch (readingOf(row)) {
    case 'more':
      return `${where}: A is above B.`
    case 'less':
      return `${where}: A is below B.`
    case 'equal':
      return `${where}: equal, the whole interval lies within ${equalMargin * 100} point of 0.`
    case 'cannot-tell': {
      const unit = isShots ? 'questions' : 'problems'
      const difference = Math.abs(row.difference)
      const needed =
        row.needed === null || difference < 0.00005
          ? ''
          : `, the difference is ${points(difference)}; ${grouped(row.needed)} would be needed`
      return `${where}: cannot tell: ${grouped(row.n)} ${unit} can show ${points(row.detectable)} points${needed}.`
    }
  }
}

const points = (rate: number): string => (rate * 100).toFixed(2)
const signed = (rate: number): string => `${rate < 0 ? '' : '+'}${points(rate)}`
const probability = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3))
