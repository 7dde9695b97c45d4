/** The end of a run: its report files and the lines that sum it up. */
import { dirname } from 'node:path'
import { equalMargin, readingOf } from '../core/difference-reading.ts'
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

/** Writes report.html, report.md, report.json and learning-curve.svg into the run. @returns the path of the HTML file. */
export function writeReports(store: RunStore, report: RunReport = gatherReport(store)): string {
  store.writeArtifact('report.md', markdownReport(report))
  store.writeArtifact('report.json', `${JSON.stringify(report, null, 2)}\n`)
  store.writeArtifact('learning-curve.svg', `${learningCurve(report, words.en)}\n`)
  if (report.frontier !== null) store.writeArtifact(frontierFile, `${frontierFilePicture(report, words.en)}\n`)
  return store.writeArtifact('report.html', htmlReport(report))
}

/** Gain, what was learned, where the report is, what to try next. */
export function closingLines(report: RunReport, path: string, width = terminalWidth()): string[] {
  const lines: string[] = []
  if (report.gain !== null) {
    lines.push(`gain       ${interval(report.gain)}, paired by problem, n=${report.gain.n}${reading(report.gain)}`)
  }
  if (report.againstFixed !== null) {
    const against = 'against the best fixed workflow per type'
    lines.push(`           ${interval(report.againstFixed)} ${against}${reading(report.againstFixed)}`)
  }
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

function interval({ difference, low, high }: PairedDifference): string {
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
