/** `baton compare`: two runs on the same questions or problems, paired; refused where they did not do the same. */

import { equalMargin, readingOf } from '../core/difference-reading.ts'
import { BatonError } from '../core/failure.ts'
import type { PairedComparison } from '../core/paired-comparison.ts'
import { compareEvaluations, hasEvaluation, readEvaluation } from '../demonstrations/evaluation/index.ts'
import { compareRuns } from '../reports/index.ts'
import { readRun } from '../runs/index.ts'
import { grouped } from './format.ts'
import { paint } from './paint.ts'

export interface CompareOptions {
  readonly method?: string
  readonly otherMethod?: string
  readonly label?: string
  readonly otherLabel?: string
  readonly json?: boolean
}

interface Comparison {
  readonly a: string
  readonly b: string
  /** What a row is about. */
  readonly rowTitle: string
  readonly rows: readonly PairedComparison[]
  readonly leftOut: number
}

export function compareCommand(folderA: string, folderB: string, options: CompareOptions): void {
  const comparison = comparisonOf(folderA, folderB, options)
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ version: 1, ...comparison }, null, 2)}\n`)
    return
  }
  process.stdout.write(`${linesOf(comparison).join('\n')}\n`)
}

function comparisonOf(folderA: string, folderB: string, options: CompareOptions): Comparison {
  const kinds = [folderA, folderB].map(hasEvaluation)
  if (kinds[0] === true && kinds[1] === true) return ofEvaluations(folderA, folderB, options)
  if (kinds[0] === true || kinds[1] === true) {
    const [evaluation, other] = kinds[0] === true ? [folderA, folderB] : [folderB, folderA]
    throw new BatonError(`${evaluation} is an evaluation of demonstrations, ${other} is not.`, {
      boundary: 'runs',
      code: 'unlike-runs',
      hint: 'Compare two evaluations of demonstrations, or two training runs of workflows.',
    })
  }
  return ofRuns(folderA, folderB, options)
}

function ofEvaluations(folderA: string, folderB: string, options: CompareOptions): Comparison {
  const otherMethod = options.otherMethod ?? options.method
  const found = compareEvaluations(readEvaluation(folderA), readEvaluation(folderB), {
    ...(options.method === undefined ? {} : { methodA: options.method }),
    ...(otherMethod === undefined ? {} : { methodB: otherMethod }),
  })
  return {
    a: `${folderA} (${found.methodA})`,
    b: `${folderB} (${found.methodB})`,
    rowTitle: 'shots',
    rows: found.rows,
    leftOut: found.leftOut.reduce((sum, count) => sum + count, 0),
  }
}

function ofRuns(folderA: string, folderB: string, options: CompareOptions): Comparison {
  const [a, b] = [readRun(folderA), readRun(folderB)]
  const otherLabel = options.otherLabel ?? options.label
  try {
    const found = compareRuns(a, b, {
      ...(options.label === undefined ? {} : { labelA: options.label }),
      ...(otherLabel === undefined ? {} : { labelB: otherLabel }),
    })
    return {
      a: `${folderA} (${found.labelA})`,
      b: `${folderB} (${found.labelB})`,
      rowTitle: 'problems',
      rows: found.rows,
      leftOut: found.leftOut,
    }
  } finally {
    a.close()
    b.close()
  }
}

function linesOf({ a, b, rowTitle, rows, leftOut }: Comparison): string[] {
  const { bold, green, red, dim } = paint(process.stdout)
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
    ...rows.map((row) => colours[readingOf(row)](sentence(row, rowTitle))),
    ...(leftOut === 0 ? [] : [`${leftOut} could not be scored in both and are left out.`]),
    dim(
      `In points. Interval: Bonett-Price, ${rowTitle === 'shots' ? 'the questions about one image together' : 'paired by problem'}. McNemar (exact) and sign flips: p, corrected by Holm for the ${rowTitle === 'shots' ? 'rows' : 'types'}. “Can show”: what 4 of 5 such comparisons would find.`,
    ),
  ]
}

function sentence(row: PairedComparison, rowTitle: string): string {
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
