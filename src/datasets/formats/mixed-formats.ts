/** The two mixed-dataset schemas of the earlier trainers, which hold math, code and qa rows in one file. */
import type { JsonObject } from '../../core/json.ts'
import type { Problem, ProblemType } from '../../core/problem.ts'
import { finalAnswer } from '../scorers/index.ts'
import { docstringTests } from './code-formats.ts'
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

const typeNames: Readonly<Record<string, ProblemType>> = {
  math: 'math',
  code: 'code',
  coding: 'code',
  programming: 'code',
  qa: 'qa',
  question_answering: 'qa',
}

interface MixedKeys {
  readonly type: string
  readonly source: string
  readonly question: string
  readonly answer: string
  readonly id: string
}

export const problemTypeFormat: DatasetFormat = {
  name: 'mixed-problem-type',
  keys: 'problem, problem_type, source, ground_truth',
  recognises: (row) => hasKeys(row, 'problem', 'problem_type'),
  read: (row, { line }) => {
    const keys = { type: 'problem_type', source: 'source', question: 'problem', answer: 'ground_truth', id: 'task_id' }
    return readMixed(row, keys, `${optionalText(row, 'source') ?? 'mixed'}/${line}`)
  },
}

export const domainFormat: DatasetFormat = {
  name: 'mixed-domain',
  keys: 'id, dataset, domain, question, reference_answer',
  recognises: (row) => hasKeys(row, 'domain', 'question', 'reference_answer'),
  read: (row, { line }) => {
    const keys = { type: 'domain', source: 'dataset', question: 'question', answer: 'reference_answer', id: 'id' }
    return readMixed(row, keys, optionalText(row, 'id') ?? `mixed/${line}`)
  },
}

function readMixed(row: JsonObject, keys: MixedKeys, id: string): Problem {
  const type = typeNames[textField(row, keys.type).toLowerCase()]
  if (type === undefined)
    throw new BadRow(`"${keys.type}" is ${JSON.stringify(row[keys.type])}`, 'Use one of math, code, qa.')
  const question = textField(row, keys.question)
  const common = {
    id,
    type,
    source: optionalText(row, keys.source) ?? 'mixed',
    question,
    difficulty: difficultyOf(row['difficulty']),
  }
  if (type !== 'code') return problemOf({ ...common, answer: answerOf(row, keys, type), context: contextOf(row) })
  const entryPoint = textField(row, 'entry_point')
  const publicTests = docstringTests(question)
  return problemOf({
    ...common,
    // A code row is decided by its tests; some have no solution.
    answer: optionalText(row, keys.answer) ?? `a function ${entryPoint} that passes the tests`,
    entryPoint,
    publicTests: publicTests.length > 0 ? publicTests : undefined,
    hiddenTests: optionalTexts(row, 'test') ?? [textField(row, 'test')],
  })
}

/** Some rows hold whole GSM8K or MATH solutions: their final answer is taken. */
function answerOf(row: JsonObject, keys: MixedKeys, type: ProblemType): string {
  const answer = textField(row, keys.answer)
  const isSolution = type === 'math' && /####|\\boxed/.test(answer)
  return isSolution ? (finalAnswer(answer) ?? answer) : answer
}

function contextOf(row: JsonObject): string | undefined {
  const metadata = row['metadata']
  const isObject = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)
  return optionalText(row, 'context') ?? (isObject ? optionalText(metadata as JsonObject, 'context') : undefined)
}
