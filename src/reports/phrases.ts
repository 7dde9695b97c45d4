/** Sentences and cells of the report: numbers with n, interval and their reading. */

import type { Rate } from '../core/clustered-rate.ts'
import { isPossibleDifference } from '../core/detectable-difference.ts'
import { readingOf } from '../core/difference-reading.ts'
import { isFixedLabel } from '../core/evaluation-labels.ts'
import { grouped } from '../core/grouped.ts'
import type { PairedDifference } from '../core/paired-tests.ts'
import type { Outcome } from './document.ts'
import type { EvaluationRow } from './evaluation-row.ts'
import { roleOf } from './role-prices.ts'
import type { RunReport } from './run-report.ts'
import type { SettingValue } from './settings.ts'
import type { Words } from './words.ts'

/** `48.8 % [42.0, 55.6] n=200` in two lines; a dash where nothing was measured. */
export function rateCell(rate: Rate | undefined): string {
  if (rate === undefined || rate.n === 0) return '–'
  const points = (value: number): string => (value * 100).toFixed(1)
  return `${points(rate.value)} %\n[${points(rate.low)}, ${points(rate.high)}] n=${rate.n}`
}

/** `+30.6 more [+26.1, +35.2] n=200` in two lines. */
export function differenceCell(difference: PairedDifference | undefined, words: Words): string {
  if (difference === undefined) return '–'
  const [points, interval] = inPoints(difference)
  return `${points} ${words.reading[readingOf(difference)]}\n[${interval}] n=${difference.n}`
}

/** `48.8 % [42.0, 55.6], n = 200` */
function ratePhrase({ value, low, high, n }: Rate): string {
  const points = (rate: number): string => (rate * 100).toFixed(1)
  return `${points(value)} % [${points(low)}, ${points(high)}], n = ${n}`
}

export function outcomeOf({ gain, bestOfN, ...course }: Course & Pick<RunReport, 'gain' | 'bestOfN'>): Outcome {
  if (bestOfN !== null) return 'measured'
  if (gain === null) return isAtEnd(course) ? 'cannot-tell' : 'unfinished'
  return outcomes[readingOf(gain)]
}

const outcomes = { more: 'yes', less: 'no', equal: 'equal', 'cannot-tell': 'cannot-tell' } as const

/** What a verdict is made of. */
export type VerdictFacts = Pick<
  RunReport,
  | 'gain'
  | 'decoding'
  | 'soFar'
  | 'againstFixed'
  | 'otherResults'
  | 'bestOfN'
  | 'steps'
  | 'plannedSteps'
  | 'comparison'
  | 'folder'
>

/** The first line of the report: yes, no, or cannot tell. */
export function verdictLine(report: VerdictFacts, words: Words): string {
  const { gain } = report
  if (gain === null) return withoutResult(report, words)
  const sentence = { more: words.yes, less: words.no, equal: words.equal, 'cannot-tell': words.cannotTell }
  return `${words.decodedBy[report.decoding]}${sentence[readingOf(gain)](...inPoints(gain), gain.n)}${powerText(gain, words)}`
}

type Course = Pick<RunReport, 'steps' | 'plannedSteps' | 'comparison'>

const lastOf = ({ comparison }: Course) => comparison.find(({ name }) => name === 'after')

/** All its steps are done, or its last evaluation was made. */
function isAtEnd(course: Course): boolean {
  return lastOf(course) !== undefined || (course.plannedSteps > 0 && course.steps >= course.plannedSteps)
}

/** Why there is no difference to show. A complete run has no result yet only where nothing measured it. */
function withoutResult(report: VerdictFacts, words: Words): string {
  if (!isAtEnd(report)) return words.unfinished(report.steps, report.plannedSteps)
  const last = lastOf(report)
  if (last === undefined) return words.notMeasured(report.steps, report.folder)
  if (last.all.n === 0) return words.nothingScored(last.samples)
  return words.nothingInCommon
}

/** What so many problems can show and how many would be needed; '' unless the interval leaves it open. */
export function powerText(difference: PairedDifference, words: Words): string {
  if (readingOf(difference) !== 'cannot-tell') return ''
  const { n, detectable, needed } = difference
  const size = Math.abs(difference.difference)
  const points = (value: number): string => (value * 100).toFixed(1)
  // Of a difference that rounds to 0 no number of problems is worth saying.
  const isTiny = needed === null || size < 0.0005
  const shown = isPossibleDifference(detectable) ? points(detectable) : null
  return `${words.space}${words.power(n, shown, points(size), isTiny ? null : grouped(needed))}`
}

/** The verdict with what belongs to it: the best fixed workflow, or how far an unfinished run has come. */
export function verdictLines(report: VerdictFacts, words: Words): string[] {
  const { againstFixed, soFar } = report
  const { bestOfN } = report
  const lines = [
    bestOfN === null
      ? verdictLine(report, words)
      : words.bestOfN(bestOfN.n, ratePhrase(bestOfN.single), ratePhrase(bestOfN.best)),
  ]
  for (const { decoding, gain } of report.otherResults) {
    if (gain !== null) lines.push(words.otherGain(words.decodings[decoding], ...inPoints(gain), gain.n))
  }
  if (soFar !== null) lines.push(words.soFar(soFar.label, ...inPoints(soFar.difference), soFar.difference.n))
  if (againstFixed !== null) {
    lines.push(words.fixed[readingOf(againstFixed)](...inPoints(againstFixed)) + powerText(againstFixed, words))
  }
  return lines
}

/** `['+30.6', '+26.1, +35.2']` */
export function inPoints(
  difference: Pick<PairedDifference, 'difference' | 'low' | 'high'>,
): [points: string, interval: string] {
  const signed = (value: number): string => {
    const text = (value * 100).toFixed(1)
    return value < 0 ? text.replace('-', '−') : `+${text}`
  }
  return [signed(difference.difference), `${signed(difference.low)}, ${signed(difference.high)}`]
}

/** A problem type as the report calls it. */
export function typeName(type: string, words: Words): string {
  return words.types[type] ?? type
}

export function settingText(value: SettingValue, words: Words): string {
  return typeof value === 'string' ? value : words.settingTexts[value.say](...value.with)
}

/** `trained policy, greedy`; a fixed workflow has no decoding. */
export function policyLabel(
  { label, name, step, decoding }: Pick<EvaluationRow, 'label' | 'name' | 'step' | 'decoding'>,
  words: Words,
): string {
  const who = words.labels[name] ?? (/^step-\d/.test(name) ? words.policyAt(step) : name)
  return isFixedLabel(label) ? who : `${who}${words.separator}${words.decodings[decoding]}`
}

/** Fewer problems of a type than these show nothing about its operators, nor about those of a family. */
export const fewestProblems = 10

/** Whether the overall gain's interval excludes 0; otherwise a change in what the policy does is not called learned. */
export function hasLearned({ gain }: RunReport): boolean {
  return gain !== null && (gain.low > 0 || gain.high < 0)
}

/** For each type with enough problems the two operators whose shares changed the most: `['math', ['Test 0 % (was 22 %)', ...]]`. */
export function learnedOf(report: RunReport, words: Words): [type: string, changes: string[]][] {
  return report.types.flatMap((type): [string, string[]][] => {
    if ((report.heldOut[type] ?? 0) < fewestProblems) return []
    const before = report.operatorShares.before[type] ?? {}
    const after = report.operatorShares.after[type] ?? {}
    if (Object.values(after).every((share) => share === 0)) return []
    const change = (name: string): number => Math.abs((after[name] ?? 0) - (before[name] ?? 0))
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => change(name) > 0)
    const top = names.sort((a, b) => change(b) - change(a)).slice(0, 2)
    if (top.length === 0) return []
    return [[type, top.map((name) => words.was(name, whole(after[name] ?? 0), whole(before[name] ?? 0)))]]
  })
}

/** Rows of the call table, one that adds them up, and one for what of the sum is estimated, where some is. */
export function callRows(report: RunReport, words: Words): string[][] {
  const entries = Object.entries(report.calls)
  const isUnpriced = (purpose: string): boolean => report.unpriced.includes(roleOf(purpose))
  const usd = (isKnown: boolean, value: number): string => (isKnown ? `$${value.toFixed(4)}` : words.unknownPrice)
  const sum = (pick: (totals: RunReport['calls'][string]) => number): number =>
    entries.reduce((total, [, totals]) => total + pick(totals), 0)
  const failedOf = (failures: Readonly<Record<string, number>>): string =>
    Object.entries(failures)
      .map(([kind, count]) => `${kind} ${grouped(count)}`)
      .join(', ') || '0'
  const rows = entries.map(([purpose, totals]) => [
    purpose,
    grouped(totals.calls),
    grouped(totals.failedCalls),
    grouped(totals.attempts),
    failedOf(totals.failures),
    grouped(totals.inputTokens),
    grouped(totals.outputTokens),
    usd(!isUnpriced(purpose), totals.costUsd),
  ])
  rows.push([
    words.total,
    grouped(sum((totals) => totals.calls)),
    grouped(sum((totals) => totals.failedCalls)),
    grouped(sum((totals) => totals.attempts)),
    grouped(sum((totals) => Object.values(totals.failures).reduce((a, b) => a + b, 0))),
    grouped(sum((totals) => totals.inputTokens)),
    grouped(sum((totals) => totals.outputTokens)),
    usd(
      !entries.some(([purpose]) => isUnpriced(purpose)),
      sum((totals) => totals.costUsd),
    ),
  ])
  const estimated = sum((totals) => totals.estimated.attempts)
  if (estimated > 0) {
    rows.push([
      words.ofWhichEstimated,
      '',
      '',
      grouped(estimated),
      '',
      grouped(sum((totals) => totals.estimated.inputTokens)),
      grouped(sum((totals) => totals.estimated.outputTokens)),
      usd(
        !entries.some(([purpose]) => isUnpriced(purpose)),
        sum((totals) => totals.estimated.costUsd),
      ),
    ])
  }
  return rows
}

/** `2.4` */
export function callsText(calls: number): string {
  return calls.toFixed(1)
}

export function whole(rate: number): string {
  return `${Math.round(rate * 100)} %`
}
