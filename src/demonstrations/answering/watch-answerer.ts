/**
 * An answerer that keeps count of what the answering model failed to answer, and gives up (exit code 3) once so many
 * questions in a row had no answer: a server that is gone is not asked to the end.
 */
import { BatonError } from '../../core/failure.ts'
import { isOutage, remedyFor, type ServiceFailureKind, serviceFailureKinds } from '../../core/service-failures.ts'
import type { Answerer, AnswerOutcome, LikelihoodOutcome } from '../schema.ts'

/** Share of the questions that may stay without an answer: more of them, and what is left would mislead. */
const mostMissing = 0.05

export interface WatchedAnswerer extends Answerer {
  /** @throws BatonError (exit code 3) when more than `mostMissing` of the questions so far had no answer. */
  refuseMissing(): void
}

/** @param concurrency questions asked at once: they fail together, so twice as many make an outage. */
export function watchAnswerer(answerer: Answerer, concurrency: number): WatchedAnswerer {
  const missing = new Map<ServiceFailureKind, { count: number; message: string }>()
  let asked = 0
  let inARow = 0
  const failed = (): number => [...missing.values()].reduce((sum, { count }) => sum + count, 0)
  const watched = <T extends AnswerOutcome | LikelihoodOutcome>(outcome: T): T => {
    asked += 1
    const kind = outcome.kind === 'failure' ? kindOf(outcome.failure) : null
    if (outcome.kind !== 'failure' || kind === null) {
      inARow = 0
      return outcome
    }
    inARow = isOutage(kind) ? inARow + 1 : 0
    missing.set(kind, { count: (missing.get(kind)?.count ?? 0) + 1, message: outcome.message })
    if (inARow >= 2 * concurrency) throw outage(`${inARow} questions in a row had no answer`, kind, outcome.message)
    return outcome
  }
  return {
    ...answerer,
    answer: async (...question) => watched(await answerer.answer(...question)),
    likelihood: async (...question) => watched(await answerer.likelihood(...question)),
    refuseMissing: () => {
      if (failed() <= mostMissing * asked) return
      const kinds = [...missing].sort(([, a], [, b]) => b.count - a.count)
      const [commonest] = kinds
      if (commonest === undefined) return
      const [kind, { message }] = commonest
      const list = kinds.map(([name, { count }]) => `${name} ${count}`).join(', ')
      throw outage(`${failed()} of ${asked} questions had no answer: ${list}`, kind, message)
    },
  }
}

const options: Readonly<Record<string, string>> = {
  baseUrl: '--server',
  concurrency: '--concurrency',
  apiKeyEnvironment: '--api-key-env',
}

function optionOf(key: string): string {
  return options[key] ?? key
}

function kindOf(failure: string): ServiceFailureKind | null {
  return serviceFailureKinds.find((kind) => kind === failure) ?? null
}

function outage(found: string, kind: ServiceFailureKind, message: string): BatonError {
  return new BatonError(`${found} (${message}).`, {
    boundary: 'executor',
    code: kind,
    exitCode: 3,
    isRetryable: true,
    hint: `${remedyFor(kind).replace(/\b(?:baseUrl|concurrency|apiKeyEnvironment)\b/, optionOf)} Then resume: answers that came are not asked for again.`,
  })
}
