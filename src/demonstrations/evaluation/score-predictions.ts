/**
 * Scores predictions that another system made: a VQA results file, `[{question_id, answer}, ...]`. A question without a
 * prediction scores 0 and is counted, as the official evaluator demands an answer to every question; to leave it out of
 * the denominator would reward silence.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { BatonError } from '../../core/failure.ts'
import type { NormalisationProfile } from '../metric/normalise-answer.ts'
import { vqaAccuracy } from '../metric/vqa-accuracy.ts'
import type { Question } from '../schema.ts'
import type { EvaluatedQuestion, EvaluationIdentity } from './evaluation-record.ts'

const fileSchema = z.array(z.object({ question_id: z.union([z.string(), z.number()]), answer: z.string() }))

export interface ScoredPredictions {
  readonly rows: readonly EvaluatedQuestion[]
  /** Questions without a prediction. */
  readonly missing: number
  /** Predictions for no question. */
  readonly unknown: number
}

/**
 * @param text of the results file; `what` names it in errors.
 * @param method that the rows are listed under.
 */
export function scorePredictions(
  questions: readonly Question[],
  { text, what, method, profile }: { text: string; what: string; method: string; profile: NormalisationProfile },
): ScoredPredictions {
  const predictions = new Map<string, string>()
  const known = new Set(questions.map(({ id }) => id))
  let unknown = 0
  for (const { question_id, answer } of readPredictions(text, what)) {
    const id = String(question_id)
    if (!known.has(id)) unknown++
    else if (predictions.has(id))
      throw predictionsError(`${what} answers question ${id} twice.`, 'Keep one answer each.')
    else predictions.set(id, answer)
  }
  if (predictions.size === 0) {
    throw predictionsError(
      `${what} answers none of the ${questions.length} questions.`,
      'Give the predictions and the questions of the same split.',
    )
  }
  const rows = questions.map((question): EvaluatedQuestion => {
    const prediction = predictions.get(question.id)
    return {
      method,
      shots: 0,
      questionId: question.id,
      imageId: question.imageId,
      demonstrations: [],
      prediction: prediction ?? '',
      score: prediction === undefined ? 0 : vqaAccuracy(prediction, question.answers, profile),
    }
  })
  return { rows, missing: questions.length - predictions.size, unknown }
}

function readPredictions(text: string, what: string): z.infer<typeof fileSchema> {
  const hint = 'It must be a JSON list of {"question_id": ..., "answer": "..."}, as VQA results files are.'
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw predictionsError(`${what} is no JSON: ${error instanceof Error ? error.message : ''}`, hint)
  }
  const found = fileSchema.safeParse(parsed)
  if (found.success) return found.data
  throw predictionsError(`${what} is no list of predictions: ${z.prettifyError(found.error).split('\n')[0]}`, hint)
}

function predictionsError(message: string, hint: string): BatonError {
  return new BatonError(message, { boundary: 'dataset', code: 'predictions', hint })
}

/** What makes two sets of questions the same: ids, texts and answers, in order. */
export function questionsHash(questions: readonly Question[]): string {
  const hash = createHash('sha256')
  for (const { id, question, answers, imageId } of questions) {
    hash.update(`${JSON.stringify([id, imageId, question, answers])}\n`)
  }
  return hash.digest('hex')
}

/** External predictions are themselves what is compared: their source is not part of the identity. */
export function predictionsIdentity(questions: readonly Question[], profile: NormalisationProfile): EvaluationIdentity {
  return {
    questionsHash: questionsHash(questions),
    questionCount: questions.length,
    profileHash: createHash('sha256').update(`predictions:${profile}`).digest('hex'),
    profileName: profile,
    poolHash: null,
    model: 'predictions from elsewhere',
  }
}
