/**
 * Equal programs on equal problems under equal keys are one attempt: it would come out alike each time. What could not be
 * scored is forgotten: a service may do better the next time.
 */
import type { AttemptOutcome, Environment } from '../training/index.ts'

/** The environment with a memory of its attempts, which lasts as long as what is returned. */
export function attemptOnce(environment: Environment): Environment {
  const known = new Map<string, Promise<AttemptOutcome>>()
  return {
    ...environment,
    attempt: async (problem, text, completion, context) => {
      const name = JSON.stringify([context.key, problem.id, text])
      const attempt = known.get(name) ?? environment.attempt(problem, text, completion, context)
      known.set(name, attempt)
      try {
        const outcome = await attempt
        if (outcome.score.kind === 'unscorable') known.delete(name)
        return outcome
      } catch (error) {
        known.delete(name)
        throw error
      }
    },
  }
}
