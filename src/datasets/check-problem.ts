/** The last check before a problem is used: it can be scored. A reference that says nothing rewards everything. */
import type { Problem } from '../core/problem.ts'
import { BadRow } from './formats/index.ts'
import { finalAnswer, isScorableReference } from './scorers/index.ts'

/** @throws BadRow. */
export function checkProblem(problem: Problem): Problem {
  const { type, answer, entryPoint, hiddenTests } = problem
  if (problem.question.trim() === '') throw new BadRow('the question is empty', 'Fill it in, or remove the row.')
  if (type === 'code') {
    if (entryPoint === undefined || !/^[A-Za-z_]\w*$/.test(entryPoint))
      throw new BadRow('a code problem names no function', 'Give the name of the function as the entry point.')
    if (hiddenTests === undefined)
      throw new BadRow('a code problem has no hidden tests', 'Give the tests that decide whether the code is right.')
    return problem
  }
  const hasAnswer =
    type === 'math' ? finalAnswer(answer) !== null && /[\p{L}\p{N}]/u.test(answer) : isScorableReference(answer)
  if (!hasAnswer) throw new BadRow(`the reference answer ${JSON.stringify(answer)} says nothing`, 'Fill it in.')
  return problem
}
