/** Has sequences judged by the answering model, several at once; the results are in the order requested. */
import { BatonError } from '../../core/failure.ts'
import { judgeAnswer } from '../answering/index.ts'
import type { Answerer, CandidateSequence, Pool, Question } from '../schema.ts'
import type { ProposedSequence } from './propose.ts'

export interface JudgeTask {
  readonly query: Question
  readonly pool: Pool
  readonly sequence: ProposedSequence
}

export interface JudgeTools {
  readonly answerer: Answerer
  readonly byId: (id: string) => Question
  /** Ask too how likely the reference answers are. Default false. */
  readonly hasReferenceProbability?: boolean
  /** Questions asked at once. */
  readonly concurrency: number
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/** Failures are kept apart: such a sequence has no verdict, and names what went wrong. */
export async function judgeSequences(tasks: readonly JudgeTask[], tools: JudgeTools): Promise<CandidateSequence[]> {
  const progress = { judged: 0 }
  try {
    return await judgeAll(tasks, tools, progress)
  } catch (error) {
    if (!(error instanceof BatonError)) throw error
    const { judged } = progress
    const { boundary, code, hint, isRetryable, exitCode } = error
    const found = `${judged} of ${tasks.length} sequences are judged, ${tasks.length - judged} are not: ${error.message}`
    const options = { boundary, code, isRetryable, exitCode, cause: error }
    throw new BatonError(found, hint === undefined ? options : { ...options, hint })
  }
}

async function judgeAll(
  tasks: readonly JudgeTask[],
  tools: JudgeTools,
  progress: { judged: number },
): Promise<CandidateSequence[]> {
  let done = 0
  return inParallel(tasks, tools.concurrency, async ({ query, pool, sequence }): Promise<CandidateSequence> => {
    tools.signal?.throwIfAborted()
    // The first pick is next to the question.
    const shown = [...sequence.picks].reverse().map((position) => tools.byId(pool.ids[position] as string))
    const outcome = await tools.answerer.answer(query, shown, tools.signal)
    done += 1
    tools.onProgress?.(done, tasks.length)
    if (outcome.kind === 'failure') return { ...sequence, verdict: null, failure: outcome.failure }
    progress.judged += 1
    const verdict = judgeAnswer(outcome, query, tools.answerer.profile)
    if (tools.hasReferenceProbability !== true) return { ...sequence, verdict, failure: null }
    const referenceProbability = await probabilityOfReference(query, shown, tools)
    return { ...sequence, verdict: { ...verdict, referenceProbability }, failure: null }
  })
}

/**
 * Sum over the distinct answers of their probability, those that fewer than three annotators gave counted in part, at
 * most 1; null where an answer's likelihood could not be had.
 */
async function probabilityOfReference(
  query: Question,
  shown: readonly Question[],
  { answerer, signal }: JudgeTools,
): Promise<number | null> {
  let sum = 0
  for (const answer of new Set(query.answers)) {
    const outcome = await answerer.likelihood(query, shown, answer, signal)
    if (outcome.kind === 'failure') return null
    const count = query.answers.filter((other) => other === answer).length
    sum += Math.exp(outcome.meanLogprob) * Math.min(count / Math.min(3, query.answers.length), 1)
  }
  return Math.min(1, sum)
}

/** Results in the order of the items. The first error ends the rest. */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, place: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length)
  let next = 0
  let hasFailed = false
  const run = async (): Promise<void> => {
    while (next < items.length && !hasFailed) {
      const place = next++
      try {
        results[place] = await work(items[place] as T, place)
      } catch (error) {
        hasFailed = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, run))
  return results
}
