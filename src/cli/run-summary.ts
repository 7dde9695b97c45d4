/** The end of a run: its report files and the lines that sum it up. */
import { gatherReport, htmlReport, learningCurve, markdownReport, type RunReport, words } from '../reports/index.ts'
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
  const learned = report.types.flatMap((type) => learnedOf(type, report))
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

/** The two operators of a type whose shares changed the most. */
function learnedOf(type: string, report: RunReport): string[] {
  const before = report.operatorShares.before[type] ?? {}
  const after = report.operatorShares.after[type] ?? {}
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const change = (name: string): number => (after[name] ?? 0) - (before[name] ?? 0)
  const top = names.sort((a, b) => Math.abs(change(b)) - Math.abs(change(a))).slice(0, 2)
  if (Object.keys(after).length === 0) return []
  const text = top.map((name) => `${name} ${whole(after[name] ?? 0)} (was ${whole(before[name] ?? 0)})`)
  return [`${type}: ${text.join(', ')}`]
}

function whole(rate: number): string {
  return `${Math.round(rate * 100)} %`
}

function points(difference: number): string {
  return `${difference < 0 ? '' : '+'}${percent(difference, false)}`
}
