/**
 * Equal programs on equal problems under equal keys are one attempt: it would come out alike each time. What could not be
 * scored is forgotten: a service may do better the next time. A caller that gives up leaves alone: the others wait on, and
 * where the attempt was its own, one of them makes it again.
 */
import type { AttemptOutcome, Environment } from '../training/index.ts'

/** The environment with a memory of its attempts, which lasts as long as what is returned. */
export function attemptOnce(environment: Environment): Environment {
  const known = new Map<string, Promise<AttemptOutcome>>()
  return {
    ...environment,
    attempt: async (problem, text, completion, context) => {
      const name = JSON.stringify([context.key, problem.id, text])
      const { signal } = context
      for (;;) {
        signal.throwIfAborted()
        const shared = known.get(name)
        const attempt = shared ?? environment.attempt(problem, text, completion, context)
        if (shared === undefined) known.set(name, attempt)
        const forget = (): void => {
          if (known.get(name) === attempt) known.delete(name)
        }
        try {
          const outcome = await (shared === undefined ? attempt : untilAborted(attempt, signal))
          if (outcome.score.kind === 'unscorable') forget()
          return outcome
        } catch (error) {
          if (shared === undefined || !signal.aborted) forget()
          signal.throwIfAborted()
          if (shared === undefined) throw error
        }
      }
    },
  }
}

/** The result of a promise, or the reason of the signal where that comes first. */
function untilAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}
