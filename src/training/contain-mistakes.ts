/**
 * One boundary around every attempt: whatever a completion brings about that nothing foresaw, it ends its own rollout, as a
 * failure with a class, and not the run. Such a rollout is unscorable: it says nothing about the policy. A step or an
 * evaluation with too many of them stops the run where it can be resumed (`stopIfUnscorable`).
 */
import { BatonError, type Failure } from '../core/failure.ts'
import type { AttemptOutcome, Environment } from './environment.ts'

const unexpectedCode = 'unexpected'

/** Errors for the user (a budget, a full disk, a service that is gone) and aborts pass. */
export function containMistakes(environment: Environment): Environment {
  return {
    ...environment,
    attempt: async (problem, text, completion, context) => {
      try {
        return await environment.attempt(problem, text, completion, context)
      } catch (error) {
        if (context.signal.aborted || error instanceof BatonError) throw error
        return brokenAttempt(error)
      }
    },
  }
}

function brokenAttempt(error: unknown): AttemptOutcome {
  const message = describe(error)
  const failure: Failure = { boundary: 'baton', code: unexpectedCode, message }
  return {
    record: {
      environment: 'other',
      outcome: 'broken',
      data: { environment: 'none', version: 1, outcome: 'broken', error: message },
    },
    failures: [failure],
    score: { kind: 'unscorable', reason: message },
    costUsd: 0,
    llmCalls: 0,
    solving: { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 },
  }
}

const maxChars = 500

/** Name, message and place, without the folders of the machine. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return `a mistake in Baton itself: ${String(error)}`.slice(0, maxChars)
  const [, at = ''] = /\n\s*at ([^\n]+)/.exec(error.stack ?? '') ?? []
  const place = at.replace(/(?:file:\/\/)?\/[^\s()]*\//g, '')
  const text = `a mistake in Baton itself: ${error.name}: ${error.message}`.slice(0, maxChars)
  return place === '' ? text : `${text} (${place})`
}
