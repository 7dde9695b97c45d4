/** Sentences and cells that the Markdown and the HTML report share. */
import type { PairedDifference } from '../core/paired-tests.ts'
import type { Rate, RunReport } from './run-report.ts'
import type { Words } from './words.ts'

/** `48.8 % [42.0, 55.6] n=200`; a dash where nothing was measured. */
export function rateCell(rate: Rate | undefined): string {
  if (rate === undefined || rate.n === 0) return '–'
  const points = (value: number): string => (value * 100).toFixed(1)
  return `${points(rate.value)} % [${points(rate.low)}, ${points(rate.high)}] n=${rate.n}`
}

/** The first line of the report: yes, no, or cannot tell. */
export function verdictLine(report: RunReport, words: Words): string {
  const { gain } = report
  if (gain === null) return words.unfinished(report.steps, report.plannedSteps)
  const [points, interval] = inPoints(gain)
  if (gain.low > 0) return words.yes(points, interval, gain.n)
  if (gain.high < 0) return words.no(points, interval, gain.n)
  return words.equal(points, interval, gain.n)
}

export function fixedLine(report: RunReport, words: Words): string | null {
  return report.againstFixed === null ? null : words.againstFixed(...inPoints(report.againstFixed))
}

/** `['+30.6', '26.1, 35.2']` */
function inPoints(difference: PairedDifference): [points: string, interval: string] {
  const signed = (value: number): string => `${value < 0 ? '' : '+'}${(value * 100).toFixed(1)}`
  return [signed(difference.difference), `${signed(difference.low)}, ${signed(difference.high)}`]
}

/** Mean share over the steps of every `error/*` metric, largest first. */
export function failureShares(report: RunReport): { name: string; share: number }[] {
  const totals = new Map<string, number>()
  for (const { metrics } of report.curve) {
    for (const [name, value] of Object.entries(metrics)) {
      if (name.startsWith('error/')) totals.set(name.slice(6), (totals.get(name.slice(6)) ?? 0) + value)
    }
  }
  return [...totals]
    .map(([name, total]) => ({ name, share: total / Math.max(1, report.curve.length) }))
    .sort((a, b) => b.share - a.share)
}

/** Rows of the call table with a last row that adds them up. */
export function callRows(report: RunReport, words: Words): string[][] {
  const entries = Object.entries(report.calls)
  const sum = (pick: (totals: RunReport['calls'][string]) => number): number =>
    entries.reduce((total, [, totals]) => total + pick(totals), 0)
  const failed = (failures: Readonly<Record<string, number>>): string =>
    Object.entries(failures)
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', ') || '0'
  const rows = entries.map(([purpose, totals]) => [
    purpose,
    String(totals.calls),
    String(totals.attempts),
    failed(totals.failures),
    `${totals.inputTokens} / ${totals.outputTokens}`,
    `$${totals.costUsd.toFixed(4)}`,
  ])
  rows.push([
    words.total,
    String(sum((totals) => totals.calls)),
    String(sum((totals) => totals.attempts)),
    String(sum((totals) => Object.values(totals.failures).reduce((a, b) => a + b, 0))),
    `${sum((totals) => totals.inputTokens)} / ${sum((totals) => totals.outputTokens)}`,
    `$${sum((totals) => totals.costUsd).toFixed(4)}`,
  ])
  return rows
}

export function labelOf(label: string, words: Words): string {
  return words.labels[label] ?? label
}
