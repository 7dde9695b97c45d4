/** GSM8K (its own file and AFlow's) and MATH. */
import { finalAnswer } from '../scorers/index.ts'
import { BadRow, type DatasetFormat, difficultyOf, hasKeys, optionalText, problemOf, textField } from './row.ts'

/** `<<9*2=18>>` once a step: the number of steps is the difficulty, at most 5. */
function stepsIn(solution: string): number {
  return Math.min(5, Math.max(1, solution.split('<<').length - 1))
}

export const gsm8kFormat: DatasetFormat = {
  name: 'gsm8k',
  keys: 'question, answer (ending with "#### n")',
  recognises: (row) => hasKeys(row, 'question', 'answer') && String(row['answer']).includes('####'),
  read: (row, { line }) => {
    const solution = textField(row, 'answer')
    const marks = solution.lastIndexOf('####')
    const answer = marks < 0 ? '' : solution.slice(marks + 4).trim()
    if (answer === '') throw new BadRow('"answer" has no final "#### n"', 'End the answer with "#### " and the number.')
    return problemOf({
      id: `gsm8k/${line}`,
      type: 'math',
      source: 'gsm8k',
      question: textField(row, 'question'),
      answer,
      difficulty: stepsIn(solution),
    })
  },
}

export const aflowGsm8kFormat: DatasetFormat = {
  name: 'aflow-gsm8k',
  keys: 'question, answer, cot, id',
  recognises: (row) => hasKeys(row, 'question', 'answer', 'cot', 'id'),
  read: (row) =>
    problemOf({
      id: textField(row, 'id'),
      type: 'math',
      source: 'gsm8k',
      question: textField(row, 'question'),
      answer: textField(row, 'answer'),
      difficulty: stepsIn(optionalText(row, 'cot') ?? ''),
    }),
}

export const mathFormat: DatasetFormat = {
  name: 'math',
  keys: 'problem, level, type, solution',
  recognises: (row) => hasKeys(row, 'problem', 'solution', 'level'),
  read: (row, { line }) => {
    const solution = textField(row, 'solution')
    const answer = solution.includes('\\boxed') || solution.includes('\\fbox') ? finalAnswer(solution) : null
    if (answer === null)
      throw new BadRow('"solution" has no \\boxed{...} answer', 'Put the final answer into \\boxed{...}.')
    return problemOf({
      id: `math/${line}`,
      type: 'math',
      source: 'math',
      question: textField(row, 'problem'),
      answer,
      difficulty: difficultyOf(row['level']),
    })
  },
}
