/** The end of a run: its report files and the lines that sum it up. */
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
import { percent } from './format.ts'

/** Writes report.html, report.md, report.json and learning-curve.svg into the run. @returns the path of the HTML file. */
export function writeReports(store: RunStore, report: RunReport = gatherReport(store)): string {
  store.writeArtifact('report.md', markdownReport(report))
  store.writeArtifact('report.json', `${JSON.stringify(report, null, 2)}\n`)
  store.writeArtifact('learning-curve.svg', `${learningCurve(report, words.en)}\n`)
  return store.writeArtifact('report.html', htmlReport(report))
}

/** Gain, what was learned, where the report is, what to try next. */
export function closingLines(report: RunReport, path: string): string[] {
  const lines: string[] = []
  if (report.gain !== null) {
    lines.push(
      `gain       ${points(report.gain.difference)} points [${points(report.gain.low)}, ${points(report.gain.high)}], paired by problem, n=${report.gain.n}`,
    )
  }
  if (report.againstFixed !== null) {
    const { difference, low, high } = report.againstFixed
    lines.push(
      `           ${points(difference)} points [${points(low)}, ${points(high)}] against the best fixed workflow per type`,
    )
  }
  const learned = learnedOf(report, words.en).map(([type, changes]) => `${type}: ${changes.join(', ')}`)
  if (learned.length > 0) lines.push(`learned    ${learned.join(' · ')}`)
  lines.push(
    `report     ${path}`,
    '',
    'Next: a real executor    npx baton train --set llm.executor.baseUrl=http://localhost:8002/v1 --set llm.executor.model=gpt-oss-120b',
    '      your own problems  npx baton train --set data.train=mine.jsonl',
    `      what it wrote      npx baton report ${path.replace(/[/\\]report\.html$/, '')} --best 5`,
  )
  return lines
}

function points(difference: number): string {
  return `${difference < 0 ? '' : '+'}${percent(difference, false)}`
}
