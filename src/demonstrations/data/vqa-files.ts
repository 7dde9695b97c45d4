/**
 * Questions of OKVQA, VQAv2, VizWiz and TextVQA. Two layouts are read:
 * - VQA format: a file of questions (`questions: [{image_id, question, question_id}]`) and one of annotations
 *   (`annotations: [{question_id, image_id, answers: [{answer, raw_answer?}], multiple_choice_answer?}]`);
 * - one file with both: TextVQA's own `{data: [{question_id, image_id, question, answers: [...]}]}`, VizWiz's own list
 *   `[{image, question, answers: [{answer}]}]`, and soft labels `[{question_id, sent, label, img_id}]`.
 * The questions come sorted by id, as the evaluators of these collections count them.
 */
import { z } from 'zod'
import { rebuildAnswers } from '../metric/rebuild-answers.ts'
import type { Question } from '../schema.ts'
import { dataError } from './data-error.ts'
import { readJsonFile } from './json-file.ts'

export interface VqaFiles {
  readonly questions: string
  /** Left out for layouts that hold the answers beside the questions. */
  readonly annotations?: string
  readonly split: string
  /** Path of a picture, made from its id; null where no pictures are available. */
  readonly pictureOf?: (imageId: string) => string | null
  /** OKVQA has the answers as they were given and as they were stemmed. Default `answer`, the field of that name. */
  readonly answerField?: 'answer' | 'raw_answer'
}

const id = z.union([z.string().min(1), z.number()])
const answerSchema = z.union([z.string(), z.looseObject({ answer: z.string(), raw_answer: z.string().optional() })])
const questionSchema = z.looseObject({ question_id: id, image_id: id, question: z.string() })
const annotationSchema = z.looseObject({
  question_id: id,
  image_id: id.optional(),
  question_type: z.string().nullish(),
  answers: z.array(answerSchema),
  multiple_choice_answer: z.string().nullish(),
})
const wholeSchema = z.looseObject({
  question_id: id.optional(),
  image_id: id.optional(),
  image: z.string().optional(),
  question: z.string(),
  answers: z.array(answerSchema),
})
const labelSchema = z.looseObject({
  question_id: id,
  img_id: id,
  sent: z.string(),
  label: z.record(z.string(), z.number()),
})

type Answer = z.infer<typeof answerSchema>

/** @throws BatonError for files of another layout, questions without answers, answers without questions, repeated ids. */
export function loadVqaQuestions(files: VqaFiles): Question[] {
  const found = files.annotations === undefined ? readWhole(files) : readPair(files, files.annotations)
  if (found.length === 0) throw dataError('no-questions', `${files.questions} holds no questions.`, 'Check the file.')
  const seen = new Set<string>()
  for (const { id: name } of found) {
    if (seen.has(name)) {
      throw dataError('repeated-id', `${files.questions} has the question ${name} twice.`, 'Give each question one id.')
    }
    seen.add(name)
  }
  return found.sort((a, b) => compareIds(a.id, b.id))
}

/** Numbers by value, other ids by text. */
export function compareIds(a: string, b: string): number {
  const difference = Number(a) - Number(b)
  if (!Number.isNaN(difference)) return difference
  return a < b ? -1 : a > b ? 1 : 0
}

function readPair(files: VqaFiles, annotationsPath: string): Question[] {
  const questions = rowsOf(files.questions, 'questions', questionSchema)
  const annotations = new Map(
    rowsOf(annotationsPath, 'annotations', annotationSchema).map((row) => [String(row.question_id), row]),
  )
  const missing = questions.filter(({ question_id }) => !annotations.has(String(question_id)))
  if (missing.length > 0) {
    throw dataError(
      'no-answers',
      `${missing.length} of ${questions.length} questions of ${files.questions} have no annotation in ${annotationsPath}, the first is ${missing[0]?.question_id}.`,
      'Give the annotations of the same split.',
    )
  }
  return questions.map((row) => {
    const name = String(row.question_id)
    const annotation = annotations.get(name) as z.infer<typeof annotationSchema>
    return questionOf(files, {
      id: name,
      imageId: String(row.image_id),
      question: row.question,
      answers: annotation.answers,
      shown: annotation.multiple_choice_answer ?? null,
      kind: annotation.question_type ?? null,
    })
  })
}

function readWhole(files: VqaFiles): Question[] {
  const parsed = readJsonFile(files.questions)
  const object = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Record<string, unknown>
  const list = Array.isArray(parsed) ? parsed : (object['data'] ?? object['questions'])
  const rows = Array.isArray(list) ? (list as unknown[]) : []
  if (rows.some((row) => typeof row === 'object' && row !== null && 'label' in row)) {
    return parseRows(files.questions, rows, labelSchema).map((row) =>
      questionOf(files, {
        id: String(row.question_id),
        imageId: String(row.img_id),
        question: row.sent,
        answers: rebuildAnswers(row.label),
        shown: null,
        kind: null,
      }),
    )
  }
  if (rows.length > 0 && !rows.some((row) => typeof row === 'object' && row !== null && 'answers' in row)) {
    throw dataError(
      'no-answers',
      `${files.questions} holds questions without answers.`,
      'Give the file of annotations too.',
    )
  }
  return parseRows(files.questions, rows, wholeSchema).map((row, i) =>
    questionOf(files, {
      id: String(row.question_id ?? i),
      imageId: String(row.image_id ?? row.image ?? row.question_id ?? i),
      question: row.question,
      answers: row.answers,
      shown: null,
      kind: null,
    }),
  )
}

interface Row extends Pick<Question, 'id' | 'imageId' | 'question' | 'kind'> {
  readonly answers: readonly Answer[]
  readonly shown: string | null
}

function questionOf({ questions, split, pictureOf, answerField = 'answer' }: VqaFiles, row: Row): Question {
  const answers = row.answers.map((entry) => {
    if (typeof entry === 'string') return entry
    return answerField === 'raw_answer' ? (entry.raw_answer ?? entry.answer) : entry.answer
  })
  if (answers.length === 0) {
    throw dataError('no-answers', `question ${row.id} of ${questions} has no answers.`, 'Leave such questions out.')
  }
  return {
    id: row.id,
    imageId: row.imageId,
    question: row.question.trim(),
    answers,
    shownAnswer: row.shown ?? mostFrequentAnswer(answers),
    split,
    image: pictureOf?.(row.imageId) ?? null,
    kind: row.kind,
  }
}

/** The first of the most frequent. */
export function mostFrequentAnswer(answers: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1)
  const most = Math.max(...counts.values())
  return [...counts].find(([, count]) => count === most)?.[0] ?? ''
}

function rowsOf<T>(path: string, key: string, schema: z.ZodType<T>): T[] {
  const parsed = readJsonFile(path)
  const rows = typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>)[key] : undefined
  if (!Array.isArray(rows)) {
    const found =
      typeof parsed === 'object' && parsed !== null ? Object.keys(parsed).slice(0, 6).join(', ') : 'no object'
    throw dataError(
      'vqa-layout',
      `${path} has no list "${key}" (it has ${found}).`,
      'Give the questions with --questions and the annotations with --annotations, in VQA format.',
    )
  }
  return parseRows(path, rows, schema)
}

function parseRows<T>(path: string, rows: readonly unknown[], schema: z.ZodType<T>): T[] {
  return rows.map((row, i) => {
    const result = schema.safeParse(row)
    if (result.success) return result.data
    const [issue] = result.error.issues
    throw dataError(
      'vqa-row',
      `${path}, entry ${i + 1}: ${issue?.path.join('.')} ${issue?.message}.`,
      'Fix the entry, or leave it out.',
    )
  })
}
