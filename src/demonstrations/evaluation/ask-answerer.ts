/** Prompts put to the answering model, several at a time, and what it says scored by the profile's metric. */
import { BatonError } from '../../core/failure.ts'
import { vqaAccuracy } from '../metric/vqa-accuracy.ts'
import type { Answerer, Question } from '../schema.ts'
import type { AskedPrompt, ScoredAnswer } from './evaluate-methods.ts'

export interface AskOptions {
  /** Asked, by position. */
  readonly questions: readonly Question[]
  /** The index by id. */
  readonly demonstrations: ReadonlyMap<string, Question>
  readonly answerer: Answerer
  /** Prompts in flight at once. */
  readonly concurrency: number
}

/** @returns a function that answers prompts in their order; a failed one as null. */
export function askAnswerer({ questions, demonstrations, answerer, concurrency }: AskOptions) {
  const shown = (id: string): Question => {
    const found = demonstrations.get(id)
    if (found !== undefined) return found
    throw new BatonError(`demonstration ${id} is not in the index.`, {
      boundary: 'dataset',
      code: 'unknown-demonstration',
      hint: 'Use the index that the pools were made from.',
    })
  }
  const askOne = async (prompt: AskedPrompt, signal?: AbortSignal): Promise<ScoredAnswer> => {
    const question = questions[prompt.question] as Question
    const outcome = await answerer.answer(question, prompt.demonstrations.map(shown), signal)
    if (outcome.kind === 'failure') return null
    const score = vqaAccuracy(outcome.prediction, question.answers, answerer.profile.normalisation)
    return { prediction: outcome.prediction, score }
  }
  return async (prompts: readonly AskedPrompt[], signal?: AbortSignal): Promise<ScoredAnswer[]> => {
    const answers = new Array<ScoredAnswer>(prompts.length).fill(null)
    let next = 0
    const worker = async (): Promise<void> => {
      for (let i = next++; i < prompts.length; i = next++) {
        signal?.throwIfAborted()
        answers[i] = await askOne(prompts[i] as AskedPrompt, signal)
      }
    }
    await Promise.all(Array.from({ length: Math.max(1, Math.min(concurrency, prompts.length)) }, worker))
    return answers
  }
}
