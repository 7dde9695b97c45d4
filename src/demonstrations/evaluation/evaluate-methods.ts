/**
 * Asks the answering model every question with every method's demonstrations and scores what it says. The same prompt is
 * asked once, whichever method chose it; answers may come in any order without changing a row.
 */
import { BatonError } from '../../core/failure.ts'
import type { EvaluatedQuestion } from './evaluation-record.ts'
import type { Method } from './methods.ts'

export interface AskedPrompt {
  /** Position of the question. */
  readonly question: number
  /** Ids in prompt order. */
  readonly demonstrations: readonly string[]
}

/** What came of a prompt; null where the answering model failed for good. */
export type ScoredAnswer = { readonly prediction: string; readonly score: number } | null

export interface MethodEvaluationPlan {
  readonly questions: readonly { readonly id: string; readonly imageId: string }[]
  readonly methods: readonly Method[]
  /** Distinct, each at least 1. */
  readonly shots: readonly number[]
  /** Answers and scores prompts, in their order. */
  readonly ask: (prompts: readonly AskedPrompt[], signal?: AbortSignal) => Promise<readonly ScoredAnswer[]>
  /** Largest share of prompts that may fail before the evaluation stops with an error. Default 0.05. */
  readonly maxFailedRate?: number
  readonly onProgress?: (done: number, total: number) => void
}

/** Prompts handed to `ask` at a time: progress shows, and an interrupt loses little. */
const batchSize = 200

/** @returns rows by method, then shots, then question. Questions for which a method has nothing are left out of it. */
export async function evaluateMethods(plan: MethodEvaluationPlan, signal?: AbortSignal): Promise<EvaluatedQuestion[]> {
  const wanted: {
    readonly method: string
    readonly shots: number
    readonly prompt: number
    readonly question: number
  }[] = []
  const prompts: AskedPrompt[] = []
  const places = new Map<string, number>()
  for (const method of plan.methods) {
    for (const shots of method.hasDemonstrations ? plan.shots : [0]) {
      const chosen = await method.choose(shots, signal)
      chosen.forEach((demonstrations, question) => {
        if (demonstrations === null) return
        const key = JSON.stringify([question, demonstrations])
        const prompt = places.get(key) ?? prompts.push({ question, demonstrations }) - 1
        places.set(key, prompt)
        wanted.push({ method: method.name, shots, prompt, question })
      })
    }
  }
  const answers: ScoredAnswer[] = []
  for (let start = 0; start < prompts.length; start += batchSize) {
    signal?.throwIfAborted()
    answers.push(...(await plan.ask(prompts.slice(start, start + batchSize), signal)))
    plan.onProgress?.(answers.length, prompts.length)
  }
  refuseFailures(answers, plan.maxFailedRate ?? 0.05)
  return wanted.map(({ method, shots, prompt, question }): EvaluatedQuestion => {
    const answer = answers[prompt] ?? null
    const { id, imageId } = plan.questions[question] as MethodEvaluationPlan['questions'][number]
    return {
      method,
      shots,
      questionId: id,
      imageId,
      demonstrations: prompts[prompt]?.demonstrations ?? [],
      prediction: answer?.prediction ?? null,
      score: answer?.score ?? null,
    }
  })
}

function refuseFailures(answers: readonly ScoredAnswer[], maxFailedRate: number): void {
  const failed = answers.filter((answer) => answer === null).length
  if (failed <= maxFailedRate * answers.length) return
  throw new BatonError(
    `${failed} of ${answers.length} prompts got no answer: an accuracy over the rest would mislead.`,
    {
      boundary: 'executor',
      code: 'failed-answers',
      hint: 'Look at the server, then run the evaluation again: answers that came are not asked for again.',
      exitCode: 3,
    },
  )
}
