/** Evaluations on the terminal: accuracy with interval and n, and what a problem took. */
import { evaluationName, isFixedLabel } from '../core/evaluation-labels.ts'
import type { EvaluationRecord } from '../core/records.ts'
import { type EvaluationRow, evaluationRow } from '../reports/index.ts'
import { dollars, grouped, rateText } from './format.ts'

/** `after      greedy   accuracy 48.8 % [42.0, 55.6] n=400 · 3.6 calls, 1,204 tokens a problem` */
export function evaluationLine(record: EvaluationRecord): string {
  const decoding = isFixedLabel(record.label) ? '' : record.decoding
  return `${`${evaluationName(record).padEnd(10)} ${decoding}`.padEnd(19)} ${accuracyText(evaluationRow(record))}`
}

/** The same with a line for each type of problem where there are several. */
export function evaluationLines(record: EvaluationRecord): string[] {
  const { byType } = evaluationRow(record)
  const types = Object.entries(byType)
  if (types.length < 2) return [evaluationLine(record)]
  return [
    evaluationLine(record),
    ...types.map(([type, rate]) => `${''.padEnd(11)}${type.padEnd(8)} accuracy ${rateText(rate)}`),
  ]
}

/** `accuracy 48.8 % [42.0, 55.6] n=400 · 3.6 calls, 1,204 tokens a problem` */
export function accuracyText(row: EvaluationRow): string {
  const { callsPerProblem: calls, tokensPerProblem: tokens, costPerProblemUsd: costUsd } = row
  const took = [
    ...(calls === null ? [] : [`${calls.toFixed(1)} calls`]),
    ...(tokens === null ? [] : [`${grouped(Math.round(tokens))} tokens`]),
    ...(costUsd === 0 ? [] : [dollars(costUsd)]),
  ]
  return `accuracy ${rateText(row.all)}${took.length === 0 ? '' : ` · ${took.join(', ')} a problem`}`
}
