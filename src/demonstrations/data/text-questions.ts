/** Questions without pictures: JSON lines with `question` and `answer` or `answers`, or any file that problems are read from. */
import { loadProblems } from '../../datasets/index.ts'
import type { Question } from '../schema.ts'
import { dataError } from './data-error.ts'
import { readText } from './json-file.ts'
import { mostFrequentAnswer } from './vqa-files.ts'

/** @throws BatonError for a file of neither form. */
export async function loadTextQuestions(path: string, split: string): Promise<Question[]> {
  const rows = plainRows(readText(path))
  if (rows === null) return ofProblems(path, split)
  const questions = rows.map(({ id, question, answers }, i): Question => {
    const name = id ?? `${split}-${i}`
    return {
      id: name,
      imageId: name,
      question,
      answers,
      shownAnswer: mostFrequentAnswer(answers),
      split,
      image: null,
      kind: null,
    }
  })
  const seen = new Set<string>()
  for (const { id } of questions) {
    if (seen.has(id)) throw dataError('repeated-id', `${path} has the id ${id} twice.`, 'Give each question one id.')
    seen.add(id)
  }
  return questions
}

interface PlainRow {
  readonly id: string | null
  readonly question: string
  readonly answers: readonly string[]
}

/** null where a line is not of the plain form. */
function plainRows(text: string): PlainRow[] | null {
  const rows: PlainRow[] = []
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const row = parsedRow(line)
    if (row === null) return null
    rows.push(row)
  }
  return rows.length === 0 ? null : rows
}

function parsedRow(line: string): PlainRow | null {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const { id, question_id: questionId, question, answer, answers, context, type } = value as Record<string, unknown>
  const list = Array.isArray(answers) ? answers : answer === undefined ? [] : [answer]
  const texts = list.filter((entry) => typeof entry === 'string' || typeof entry === 'number').map(String)
  if (typeof question !== 'string' || texts.length === 0 || texts.length !== list.length) return null
  // Problems have a type and passages; they are read as problems.
  if (context !== undefined || type !== undefined) return null
  const name = id ?? questionId
  return { id: typeof name === 'string' || typeof name === 'number' ? String(name) : null, question, answers: texts }
}

async function ofProblems(path: string, split: string): Promise<Question[]> {
  const { problems } = await loadProblems(path, { skipBadRows: false })
  return problems.map((problem) => ({
    id: problem.id,
    imageId: problem.id,
    question: problem.context === undefined ? problem.question : `${problem.context}\n${problem.question}`,
    answers: [problem.answer],
    shownAnswer: problem.answer,
    split,
    image: null,
    kind: problem.type,
  }))
}
