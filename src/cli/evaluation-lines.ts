/** Evaluations on the terminal: accuracy with interval and n, and what a problem took. */

import { evaluationName, isFixedLabel } from '../core/evaluation-labels.ts'
import { grouped } from '../core/grouped.ts'
import type { EvaluationRecord } from '../core/records.ts'
import { type EvaluationRow, evaluationRow } from '../reports/index.ts'
import { rateText } from './format.ts'
import { padText } from './text-width.ts'
import { commonWords, typeWord } from './words/common.ts'
import { evaluationWords } from './words/evaluation.ts'

/** `after      greedy   accuracy 48.8 % [42.0, 55.6] n=400 · 3.6 calls, 1,204 tokens a problem` */
export function evaluationLine(record: EvaluationRecord): string {
  const words = evaluationWords()
  const decoding = isFixedLabel(record.label) ? '' : words.decodings[record.decoding]
  const row = evaluationRow(record)
  const took = tookText(row)
  const name = padText(words.evaluation(evaluationName(record)), 10)
  return `${padText(`${name} ${decoding}`, 19)} ${words.accuracy(rateText(row.all))}${took === '' ? '' : ` · ${took}`}`
}

/** The same with a line for each type of problem where there are several. */
export function evaluationLines(record: EvaluationRecord): string[] {
  const types = Object.entries(evaluationRow(record).byType)
  if (types.length < 2) return [evaluationLine(record)]
  return [
    evaluationLine(record),
    ...types.map(
      ([type, rate]) => `${''.padEnd(11)}${padText(typeWord(type), 8)} ${evaluationWords().accuracy(rateText(rate))}`,
    ),
  ]
}

/** `after at step 20, greedy: 3.6 calls, 1,204 tokens a problem` */
export function evaluationTitle(row: EvaluationRow): string {
  const words = evaluationWords()
  const decoding = isFixedLabel(row.label) ? null : words.decodings[row.decoding]
  const name = words.evaluation(row.name)
  return words.title(row.name === `step-${row.step}` ? name : words.atStep(name, row.step), decoding, tookText(row))
}

/** `3.6 calls, 1,204 tokens, $0.0021 a problem`, as far as it was measured and cost anything. */
function tookText({ callsPerProblem, tokensPerProblem, costPerProblemUsd }: EvaluationRow): string {
  const words = evaluationWords()
  const took = [
    ...(callsPerProblem === null ? [] : [words.calls(callsPerProblem.toFixed(1))]),
    ...(tokensPerProblem === null ? [] : [words.tokens(grouped(Math.round(tokensPerProblem)))]),
    ...(costPerProblemUsd === 0 ? [] : [`$${Number(costPerProblemUsd.toPrecision(2))}`]),
  ]
  return took.length === 0 ? '' : words.perProblem(took.join(commonWords().listSeparator))
}
