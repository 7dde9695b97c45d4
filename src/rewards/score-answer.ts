/** What can be said of an answer without a judge and without running code: the gate, then the scorer of the problem's type. */
import type { Problem } from '../core/problem.ts'
import { type AnswerChoices, type AnswerComparison, compareMath, compareQa, maxAnswerChars } from '../datasets/index.ts'
import { gateReason } from './answer-gate.ts'

export interface ScorerVerdict extends AnswerComparison {
  readonly scorer: 'gate' | 'math' | 'match' | 'tests'
}

/** @param choices where they are known apart from the question. Code that passes the gate is `not understood`: its tests decide. */
export function scoreAnswer(
  { type, question, answer }: Pick<Problem, 'type' | 'question' | 'answer'>,
  prediction: string,
  choices: AnswerChoices | null = null,
): ScorerVerdict {
  const gate = gateReason(prediction, answer)
  const tooLong = prediction.length > maxAnswerChars ? `too long for an answer (${prediction.length} characters)` : null
  const refused = gate ?? tooLong
  if (refused !== null)
    return { scorer: 'gate', outcome: 'different', prediction: null, reference: answer, reason: refused }
  if (type === 'math') return { scorer: 'math', ...compareMath(prediction, answer, question) }
  if (type !== 'code') return { scorer: 'match', ...compareQa(prediction, answer, { question, choices }) }
  return { scorer: 'tests', outcome: 'not understood', prediction: null, reference: answer, reason: 'no tests to run' }
}
