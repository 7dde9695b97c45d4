/** The end of a run: its report files and the lines that sum it up. */
import { dirname, join } from 'node:path'
import { readingOf } from '../core/difference-reading.ts'
import { bestFixedLabel } from '../core/evaluation-labels.ts'
import type { PairedDifference } from '../core/paired-tests.ts'
import { gatherReport, hasLearned, learnedOf, powerText, type RunReport, reportFiles, words } from '../reports/index.ts'
import type { RunStore } from '../runs/index.ts'
import { percent, shellWord } from './format.ts'
import { spokenLanguage } from './language.ts'
import { labelled, textWidth } from './text-width.ts'
import { commonWords, typeWord } from './words/common.ts'
import { evaluationWords } from './words/evaluation.ts'
import { trainingWords } from './words/training.ts'

/** Writes the files of the report into the run. @returns the path of the HTML file. */
export function writeReports(store: RunStore, report: RunReport = gatherReport(store)): string {
  for (const [name, text] of Object.entries(reportFiles(report, spokenLanguage()))) store.writeArtifact(name, text)
  return join(store.folder, 'report.html')
}

/** Gain, what was learned or merely changed, where the report is, what to try next. */
export function closingLines(report: RunReport, path: string, width = terminalWidth()): string[] {
  const say = trainingWords()
  const lines: string[] = []
  const gains = [report, ...report.otherResults].flatMap(({ decoding, gain }) =>
    gain === null ? [] : [say.gainText(interval(gain), evaluationWords().decodings[decoding], gain.n, reading(gain))],
  )
  lines.push(...gains.map((text, i) => labelled(i === 0 ? say.gain : '', text)))
  lines.push(...againstFixedLines(report), ...callsLine(report))
  const learned = learnedOf(report, words[spokenLanguage()]).map(([type, changes]) =>
    say.learnedType(typeWord(type), report.heldOut[type] ?? 0, changes.join(commonWords().listSeparator)),
  )
  if (learned.length > 0) lines.push(...itemLines(hasLearned(report) ? say.learned : say.otherwise, learned, width))
  lines.push(labelled(commonWords().labels.report, path), '', ...say.next[report.environment](shellWord(dirname(path))))
  return lines
}

/** At equal calls where that was measured, then against the best workflow of each type, whatever its calls. */
function againstFixedLines({ decoding, againstFixed, frontier, comparison }: RunReport): string[] {
  const above = frontier?.against.find((each) => each.decoding === decoding)
  const calls = comparison.find(({ name }) => name === bestFixedLabel)?.callsPerProblem ?? null
  const say = trainingWords()
  const best = calls === null ? null : calls.toFixed(1)
  const lines = [
    ...(above === undefined ? [] : [say.againstFixed(interval(above), readingOf(above) === 'cannot-tell')]),
    ...(againstFixed === null ? [] : [say.againstBest(interval(againstFixed), best, reading(againstFixed))]),
  ]
  return lines.map((line) => labelled('', line))
}

/** Of the policy as it is deployed, before and after. */
function callsLine({ decoding, comparison }: RunReport): string[] {
  const calls = (name: string): number | null =>
    comparison.find((row) => row.name === name && row.decoding === decoding)?.callsPerProblem ?? null
  const [before, after] = [calls('before'), calls('after')]
  if (before === null || after === null) return []
  const { calls: label, callsText } = trainingWords()
  return [labelled(label, callsText(after.toFixed(1), before.toFixed(1)))]
}

function interval({ difference, low, high }: Pick<PairedDifference, 'difference' | 'low' | 'high'>): string {
  return trainingWords().points(points(difference), points(low), points(high))
}

/** For a difference that does not exist, or that the problems are too few to show. */
function reading(difference: PairedDifference): string {
  switch (readingOf(difference)) {
    case 'equal':
      return trainingWords().equal
    case 'cannot-tell':
      return trainingWords().cannotTell(powerText(difference, words[spokenLanguage()]))
    default:
      return ''
  }
}

/** The items on one line where they fit, else one a line. */
function itemLines(label: string, items: readonly string[], width: number): string[] {
  const line = labelled(label, items.join(' · '))
  return textWidth(line) <= width ? [line] : items.map((item, i) => labelled(i === 0 ? label : '', item))
}

function terminalWidth(): number {
  return process.stdout.isTTY === true ? process.stdout.columns : Number.POSITIVE_INFINITY
}

function points(difference: number): string {
  return `${difference < 0 ? '−' : '+'}${percent(Math.abs(difference), false)}`
}
