/** The report of an evaluation from top to bottom; how it looks is the renderers'. */

import { isPossibleDifference } from '../../core/detectable-difference.ts'
import { readingOf } from '../../core/difference-reading.ts'
import { grouped } from '../../core/grouped.ts'
import type { PairedComparison } from '../../core/paired-comparison.ts'
import type { Block, Language, Outcome } from '../../reports/index.ts'
import type { AccuracyCell, MethodDifference } from '../evaluation/accuracy-table.ts'
import type { EvaluationReport, WorldResult } from './evaluation-report.ts'
import { accuracyPicture, curveFigures } from './figures.ts'
import { galleryPicture } from './gallery.ts'
import { leadingShots } from './leading-shots.ts'
import { interval, percentOfRate, points, pValue, signedPoints } from './numbers.ts'
import { picksPicture } from './picks-matrix.ts'
import { evaluationChinese } from './words-chinese.ts'
import { type EvaluationWords, evaluationEnglish } from './words-english.ts'

const allWords: Readonly<Record<Language, EvaluationWords>> = { en: evaluationEnglish, zh: evaluationChinese }
const heading = (text: string, level: 1 | 2 | 3 = 2): Block => ({ kind: 'heading', level, text })
const paragraph = (text: string): Block => ({ kind: 'paragraph', text })
const note = (text: string): Block => ({ kind: 'paragraph', text, isNote: true })

export function evaluationBlocks(report: EvaluationReport, language: Language): Block[] {
  const words = allWords[language]
  return [
    heading(`${words.title}: ${report.name}`, 1),
    note(report.createdAt.slice(0, 16).replace('T', ' ').concat(' UTC')),
    {
      kind: 'verdict',
      outcome: outcomeOf(report),
      question: words.questionText(words.method(report.method)),
      lines: evaluationVerdictLines(report, language),
    },
    heading(words.setUp),
    paragraph(
      words.setUpText(grouped(report.identity.questionCount), report.identity.model, report.identity.profileName),
    ),
    { kind: 'details', summary: words.settings, blocks: [{ kind: 'fields', fields: report.settings }] },
    ...worlds(report, words),
    ...accuracy(report, words),
    ...differences(report, words),
    ...picked(report, words),
    ...training(report, words),
    ...collapse(report, words),
    ...segments(report, words),
    heading(words.further),
    paragraph(words.furtherText),
    { kind: 'code', language: 'sh', text: `npx baton compare ${report.folder} <run>` },
  ]
}

/** What the terminal shows when an evaluation ends. */
export function evaluationVerdictLines(report: EvaluationReport, language: Language = 'en'): string[] {
  const words = allWords[language]
  const lines = verdictRows(report).map(({ baseline, row }) => {
    const [a, b] = [words.method(report.method), words.method(baseline)]
    const { difference, low, high, n, detectable, needed, shots } = row
    const said = [a, b, signedPoints(difference), interval(low, high), shots] as const
    const reading = readingOf(row)
    if (reading !== 'cannot-tell') return words[reading](...said)
    const isTiny = needed === null || Math.abs(difference) < 0.0005
    const power = words.power(
      n,
      isPossibleDifference(detectable) ? points(detectable) : null,
      points(Math.abs(difference)),
      isTiny ? null : grouped(needed),
    )
    return `${words.cannotTell(...said)} ${power}`
  })
  return lines.length === 0 ? [words.nothing] : lines
}

/** Number of baselines whose rows are expanded; those of the others are collapsed. */
const openDifferences = 2

type ShotsRow = PairedComparison & { readonly shots: number }

/** What the verdict is not about: nothing is expected to beat the oracle, the others are earlier states of the method. */
const notJudged: ReadonlySet<string> = new Set(['oracle', 'untrained', 'rce', 'grpo'])

function verdictRows(report: EvaluationReport): { readonly baseline: string; readonly row: ShotsRow }[] {
  return report.differences.flatMap(({ baseline, byShots }) => {
    const leading = leadingShots(byShots.map(({ shots }) => shots))
    const row = byShots.find(({ shots }) => shots === leading)
    return row === undefined || notJudged.has(baseline) ? [] : [{ baseline, row }]
  })
}

/** Yes where it is above every baseline, no where it is below one, equal where it equals one and is below none. */
function outcomeOf(report: EvaluationReport): Outcome {
  const readings = verdictRows(report).map(({ row }) => readingOf(row))
  if (readings.length === 0) return 'unfinished'
  if (readings.includes('less')) return 'no'
  if (readings.every((reading) => reading === 'more')) return 'yes'
  return readings.includes('cannot-tell') ? 'cannot-tell' : 'equal'
}

function accuracy(report: EvaluationReport, words: EvaluationWords): Block[] {
  const whole = report.cells.filter(
    ({ segment }) => segment.kind === 'prefix' && segment.to === report.identity.questionCount,
  )
  const shots = [...new Set(whole.map((cell) => cell.shots))].filter((count) => count > 0).sort((a, b) => a - b)
  const columns = shots.length === 0 ? [0] : shots
  const rows = [...new Set(whole.map(({ method }) => method))].map((method) => [
    words.method(method),
    ...columns.map((count) =>
      cellText(
        whole.find((cell) => cell.method === method && cell.shots === count) ??
          whole.find((cell) => cell.method === method && cell.shots === 0),
        words,
      ),
    ),
  ])
  return [
    heading(words.accuracy),
    {
      kind: 'table',
      header: [words.who, ...columns.map((count) => (count === 0 ? '' : words.shots(count)))],
      rows,
    },
    note(words.accuracyNote),
    ...(shots.length < 2 ? [] : [{ kind: 'figures', pictures: [accuracyPicture(whole, words)] } as const]),
  ]
}

function cellText(cell: AccuracyCell | undefined, words: EvaluationWords): string {
  if (cell?.accuracy === null || cell === undefined) return '–'
  const { value, low, high, trials } = cell.accuracy
  const failed = cell.failed === 0 ? '' : `, ${words.failed(cell.failed)}`
  return `${percentOfRate(value)}\n[${points(low)}, ${points(high)}] n=${trials}${failed}`
}

function differences(report: EvaluationReport, words: EvaluationWords): Block[] {
  if (report.differences.length === 0) return []
  const rowsOf = (list: readonly MethodDifference[]): string[][] =>
    list.flatMap(({ method, baseline, byShots }) =>
      byShots.map((row) => [
        words.minus(words.method(method), words.method(baseline)),
        words.shots(row.shots),
        `${signedPoints(row.difference)}\n[${interval(row.low, row.high)}] n=${row.n}`,
        `${row.onlyA} : ${row.onlyB}`,
        `${pValue(row.mcNemarHolm)} / ${pValue(row.signFlipHolm)}`,
        isPossibleDifference(row.detectable) ? points(row.detectable) : '–',
      ]),
    )
  const header = ['', '', words.difference, words.onlyOne, words.tests, words.detectable]
  const others = report.differences.slice(openDifferences)
  return [
    heading(words.differences),
    { kind: 'table', header, rows: rowsOf(report.differences.slice(0, openDifferences)) },
    note(words.differencesNote),
    ...(others.length === 0
      ? []
      : [
          {
            kind: 'details',
            summary: words.otherBaselines,
            blocks: [{ kind: 'table', header, rows: rowsOf(others) }],
          } as const,
        ]),
  ]
}

function worlds(report: EvaluationReport, words: EvaluationWords): Block[] {
  if (report.worlds.length === 0) return []
  const methods = [...new Set(report.worlds.flatMap((world) => Object.keys(world.accuracy)))]
  const baselines = [...new Set(report.worlds.flatMap((world) => Object.keys(world.differences)))]
  const name = ({ world, seed }: WorldResult): string =>
    `${words.worldNames[world] ?? world}${words.separator}${words.seedNames[seed] ?? seed}`
  const differenceRows = report.worlds.map((world) => [
    name(world),
    ...baselines.map((baseline) => {
      const difference = world.differences[baseline]
      if (difference === undefined) return '–'
      return `${signedPoints(difference.mean)}\n[${interval(difference.low, difference.high)}]`
    }),
    grouped(world.n),
  ])
  const accuracyRows = report.worlds.map((world) => [
    name(world),
    ...methods.map((method) => {
      const rate = world.accuracy[method]
      return rate === undefined ? '–' : `${percentOfRate(rate.value)}\n[${points(rate.low)}, ${points(rate.high)}]`
    }),
    grouped(world.n),
  ])
  const first = `${words.world}${words.separator}${words.seed}`
  return [
    heading(words.worlds),
    {
      kind: 'table',
      header: [first, ...baselines.map((baseline) => words.against(words.method(baseline))), 'n'],
      rows: differenceRows,
    },
    note(words.worldsNote),
    {
      kind: 'details',
      summary: words.worldsAccuracy,
      blocks: [{ kind: 'table', header: [first, ...methods.map(words.method), 'n'], rows: accuracyRows }],
    },
  ]
}

function picked(report: EvaluationReport, words: EvaluationWords): Block[] {
  if (report.picks.length === 0 && report.gallery.length === 0) return []
  const pictures = report.picks.map((matrix, i) => {
    const title = words.pickedTitle(
      words.method(matrix.method),
      percentOfRate(matrix.sameKindRate),
      grouped(matrix.picks),
    )
    const labels = { title, questions: words.questions, demonstrations: words.demonstrations }
    return { title, svg: picksPicture(matrix, labels, i === 0 ? 0 : 7) }
  })
  const labels = {
    asked: words.answer,
    answer: words.answer,
    says: words.says,
    failed: words.noAnswer,
    method: words.method,
  }
  return [
    heading(words.picked),
    ...(pictures.length === 0 ? [] : [paragraph(words.pickedText), { kind: 'figures', pictures } as const]),
    ...(report.gallery.length === 0 ? [] : [heading(words.galleryTitle, 3), note(words.galleryNote)]),
    ...report.gallery.map((question, i): Block => {
      const title = words.example(i + 1)
      return { kind: 'figures', pictures: [{ title, svg: galleryPicture(question, labels, title) }] }
    }),
  ]
}

function training(report: EvaluationReport, words: EvaluationWords): Block[] {
  const pictures = curveFigures(report.curves, words)
  return pictures.length === 0 ? [] : [heading(words.curves), { kind: 'figures', pictures }]
}

function collapse(report: EvaluationReport, words: EvaluationWords): Block[] {
  if (report.collapse.length === 0) return []
  const rows = report.collapse.map(({ method, shots, collapse: found }) => [
    words.method(method),
    words.shots(shots),
    `${grouped(found.distinctSequences)} / ${grouped(found.n)}`,
    found.firstPickEntropy.toFixed(2),
    percentOfRate(found.topFirstPickRate),
    String(found.repeats),
    found.warnings.map((warning) => words.warning[warning]).join(', ') || words.none,
  ])
  const header = [words.who, '', words.distinct, words.entropy, words.top, words.repeats, words.warnings]
  const largest = Math.log(Math.max(1, ...report.collapse.map(({ collapse: found }) => found.n)))
  return [heading(words.collapse), { kind: 'table', header, rows }, note(words.collapseNote(largest.toFixed(2)))]
}

function segments(report: EvaluationReport, words: EvaluationWords): Block[] {
  const kinds = [
    ['prefix', words.prefixes],
    ['segment', words.disjoint],
  ] as const
  const tables = kinds.flatMap(([kind, title]): Block[] => {
    const cells = report.cells.filter(({ segment }) => segment.kind === kind)
    const ends = [...new Map(cells.map(({ segment }) => [segment.to, segment])).values()]
    if (ends.length < 2) return []
    const columns = [...new Map(cells.map((cell) => [`${cell.method}/${cell.shots}`, cell])).values()]
    const rows = columns.map(({ method, shots }) => [
      shots === 0 ? words.method(method) : `${words.method(method)}, ${words.shots(shots)}`,
      ...ends.map((end) =>
        cellText(
          cells.find((cell) => cell.method === method && cell.shots === shots && cell.segment.to === end.to),
          words,
        ),
      ),
    ])
    const name = (from: number, to: number): string => (kind === 'prefix' ? words.first(to) : words.range(from + 1, to))
    return [
      heading(title, 3),
      { kind: 'table', header: [words.who, ...ends.map(({ from, to }) => name(from, to))], rows },
    ]
  })
  return tables.length === 0
    ? []
    : [
        heading(words.segments),
        paragraph(words.segmentsText),
        { kind: 'details', summary: `${words.prefixes}; ${words.disjoint}`, blocks: tables },
      ]
}
