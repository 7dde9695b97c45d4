/** The end of a run: its report files and the lines that sum it up. */
import { dirname } from 'node:path'
import {
  gatherReport,
  htmlReport,
  learnedOf,
  learningCurve,
  markdownReport,
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
  return store.writeArtifact('report.html', htmlReport(report))
}

/** Gain, what was learned, where the report is, what to try next. */
export function closingLines(report: RunReport, path: string, width = terminalWidth()): string[] {
  const lines: string[] = []
  if (report.gain !== null) {
    lines.push(
      `gain       ${points(report.gain.difference)} points [${points(report.gain.low)}, ${points(report.gain.high)}], paired by problem, n=${report.gain.n}${equalOr(report.gain)}`,
    )
  }
  if (report.againstFixed !== null) {
    const { difference, low, high } = report.againstFixed
    lines.push(
      `           ${points(difference)} points [${points(low)}, ${points(high)}] against the best fixed workflow per type${equalOr(report.againstFixed)}`,
    )
  }
  const learned = learnedOf(report, words.en).map(([type, changes]) => `${type}: ${changes.join(', ')}`)
  if (learned.length > 0) lines.push(...labelled('learned', learned, width))
  lines.push(
    `report     ${path}`,
    '',
    'Next: a real executor    npx baton train --set llm.executor.baseUrl=http://localhost:8002/v1 --set llm.executor.model=gpt-oss-120b',
    '      your own problems  npx baton train --set data.train=mine.jsonl',
    `      what it wrote      npx baton report ${shellWord(dirname(path))} --best 5`,
  )
  return lines
}

/** A difference smaller than its interval is called equal. */
function equalOr({ low, high }: { readonly low: number; readonly high: number }): string {
  return low <= 0 && high >= 0 ? ': equal, as far as can be told' : ''
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
