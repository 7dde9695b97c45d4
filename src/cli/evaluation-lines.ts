/** Evaluations on the terminal: accuracy with interval and n, and what a problem took. */
import { evaluationName, isFixedLabel } from '../core/evaluation-labels.ts'
import type { EvaluationRecord } from '../core/records.ts'
import { type EvaluationRow, evaluationRow } from '../reports/index.ts'
import { grouped, rateText } from './format.ts'

/** `after      greedy   accuracy 48.8 % [42.0, 55.6] n=400 · 3.6 calls, 1,204 tokens a problem` */
export function evaluationLine(record: EvaluationRecord): string {
  const decoding = isFixedLabel(record.label) ? '' : record.decoding
  const row = evaluationRow(record)
  const took = tookText(row)
  return `${`${evaluationName(record).padEnd(10)} ${decoding}`.padEnd(19)} accuracy ${rateText(row.all)}${took === '' ? '' : ` · ${took}`}`
}

/** The same with a line for each type of problem where there are several. */
export function evaluationLines(record: EvaluationRecord): string[] {
  const types = Object.entries(evaluationRow(record).byType)
  if (types.length < 2) return [evaluationLine(record)]
  return [
    evaluationLine(record),
    ...types.map(([type, rate]) => `${''.padEnd(11)}${type.padEnd(8)} accuracy ${rateText(rate)}`),
  ]
}

/** `after, greedy: 3.6 calls, 1,204 tokens a problem` */
export function evaluationTitle(row: EvaluationRow): string {
  const took = tookText(row)
  return `${row.name}${isFixedLabel(row.label) ? '' : `, ${row.decoding}`}${took === '' ? '' : `: ${took}`}`
}

/** `3.6 calls, 1,204 tokens, $0.0021 a problem`, as far as it was measured and cost anything. */
function tookText({ callsPerProblem, tokensPerProblem, costPerProblemUsd }: EvaluationRow): string {
  const took = [
    ...(callsPerProblem === null ? [] : [`${callsPerProblem.toFixed(1)} calls`]),
    ...(tokensPerProblem === null ? [] : [`${grouped(Math.round(tokensPerProblem))} tokens`]),
    ...(costPerProblemUsd === 0 ? [] : [`$${Number(costPerProblemUsd.toPrecision(2))}`]),
  ]
  return took.length === 0 ? '' : `${took.join(', ')} a problem`
}
