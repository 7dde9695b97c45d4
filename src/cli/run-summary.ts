/** The end of a run: its report files and the lines that sum it up. */
import { dirname, join } from 'node:path'
import { equalMargin, readingOf } from '../core/difference-reading.ts'
import { bestFixedLabel } from '../core/evaluation-labels.ts'
import type { PairedDifference } from '../core/paired-tests.ts'
import {
  frontierFile,
  frontierFilePicture,
  gatherReport,
  htmlReport,
  learnedOf,
  learningCurve,
  markdownReport,
  powerText,
  type RunReport,
  words,
} from '../reports/index.ts'
import type { RunStore } from '../runs/index.ts'
import { percent, shellWord } from './format.ts'

/** Text by file name. */
export function reportFiles(report: RunReport): Readonly<Record<string, string>> {
  return {
    'report.md': markdownReport(report),
    'report.json': `${JSON.stringify(report, null, 2)}\n`,
    'learning-curve.svg': `${learningCurve(report, words.en)}\n`,
    ...(report.frontier === null ? {} : { [frontierFile]: `${frontierFilePicture(report, words.en)}\n` }),
    'report.html': htmlReport(report),
  }
}

/** Writes the files of the report into the run. @returns the path of the HTML file. */
export function writeReports(store: RunStore, report: RunReport = gatherReport(store)): string {
  for (const [name, text] of Object.entries(reportFiles(report))) store.writeArtifact(name, text)
  return join(store.folder, 'report.html')
}

/** Gain, what was learned, where the report is, what to try next. */
export function closingLines(report: RunReport, path: string, width = terminalWidth()): string[] {
  const lines: string[] = []
  const gains = [report, ...report.otherResults].flatMap(({ decoding, gain }) =>
    gain === null ? [] : [`${interval(gain)}, ${decoding}, paired by problem, n=${gain.n}${reading(gain)}`],
  )
  lines.push(...gains.map((text, i) => `${(i === 0 ? 'gain' : '').padEnd(10)} ${text}`))
  lines.push(...againstFixedLines(report), ...callsLine(report))
  const learned = learnedOf(report, words.en).map(
    ([type, changes]) => `${type} (n=${report.heldOut[type] ?? 0}): ${changes.join(', ')}`,
  )
  if (learned.length > 0) lines.push(...labelled('learned', learned, width))
  lines.push(
    `report     ${path}`,
    '',
    'Next: a real executor    npx baton train --set llm.executor.baseUrl=http://localhost:8002/v1 --set llm.executor.model=gpt-oss-120b',
    '      your own problems  npx baton train --set data.train=mine.jsonl --set data.validation=mine-held-out.jsonl',
    `      what it wrote      npx baton report ${shellWord(dirname(path))} --best 5`,
  )
  return lines
}

/** At equal calls where that was measured, then against the best workflow of each type, whatever its calls. */
function againstFixedLines({ decoding, againstFixed, frontier, comparison }: RunReport): string[] {
  const above = frontier?.against.find((each) => each.decoding === decoding)
  const calls = comparison.find(({ name }) => name === bestFixedLabel)?.callsPerProblem ?? null
  const made = calls === null ? '' : ` (${calls.toFixed(1)} calls)`
  const tells = above === undefined || readingOf(above) !== 'cannot-tell' ? '' : ': cannot tell'
  return [
    ...(above === undefined
      ? []
      : [`           ${interval(above)} against fixed workflows, one a type, with as many calls${tells}`]),
    ...(againstFixed === null
      ? []
      : [
          `           ${interval(againstFixed)} against the best fixed workflow per type${made}${reading(againstFixed)}`,
        ]),
  ]
}

/** Of the policy as it is deployed, before and after. */
function callsLine({ decoding, comparison }: RunReport): string[] {
  const calls = (name: string): number | null =>
    comparison.find((row) => row.name === name && row.decoding === decoding)?.callsPerProblem ?? null
  const [before, after] = [calls('before'), calls('after')]
  if (before === null || after === null) return []
  return [`calls      ${after.toFixed(1)} a problem (${before.toFixed(1)} before the training)`]
}

function interval({ difference, low, high }: Pick<PairedDifference, 'difference' | 'low' | 'high'>): string {
  return `${points(difference)} points [${points(low)}, ${points(high)}]`
}

/** Said of a difference that is none, or that the problems are too few for. */
function reading(difference: PairedDifference): string {
  switch (readingOf(difference)) {
    case 'equal':
      return `: equal within ${equalMargin * 100} point`
    case 'cannot-tell':
      return `: cannot tell.${powerText(difference, words.en)}`
    default:
      return ''
  }
}

/** The items on one line where they fit, else one a line. */
function labelled(label: string, items: readonly string[], width: number): string[] {
  const line = `${label.padEnd(10)} ${items.join(' · ')}`
  return line.length <= width ? [line] : items.map((item, i) => `${(i === 0 ? label : '').padEnd(10)} ${item}`)
}

function terminalWidth(): number {
  return process.stdout.isTTY === true ? process.stdout.columns : Number.POSITIVE_INFINITY
}

function points(difference: number): string {
  return `${difference < 0 ? '' : '+'}${percent(difference, false)}`
}
