/** Baton's own schema: `{id, type, source, question, answer, context?, entryPoint?, publicTests?, hiddenTests?, difficulty}`. */
import type { ProblemType } from '../../core/problem.ts'
import {
  BadRow,
  type DatasetFormat,
  difficultyOf,
  hasKeys,
  optionalText,
  optionalTexts,
  problemOf,
  textField,
} from './row.ts'

const types: readonly string[] = ['math', 'code', 'qa', 'vqa'] satisfies ProblemType[]

export const unifiedFormat: DatasetFormat = {
  name: 'unified',
  keys: 'id, type, source, question, answer',
  recognises: (row) => hasKeys(row, 'question') && types.includes(String(row['type'])) && !hasKeys(row, '_id'),
  read: (row) => {
    const type = textField(row, 'type')
    if (!types.includes(type)) throw new BadRow(`"type" is ${JSON.stringify(type)}`, `Use one of ${types.join(', ')}.`)
    return problemOf({
      id: textField(row, 'id'),
      type: type as ProblemType,
      source: optionalText(row, 'source') ?? 'unknown',
      question: textField(row, 'question'),
      answer: textField(row, 'answer'),
      context: optionalText(row, 'context'),
      entryPoint: optionalText(row, 'entryPoint'),
      publicTests: optionalTexts(row, 'publicTests'),
      hiddenTests: optionalTexts(row, 'hiddenTests'),
      difficulty: difficultyOf(row['difficulty']),
    })
  },
}
