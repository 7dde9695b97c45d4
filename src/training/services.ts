/**
 * Services that fail for good. A rollout whose executor or judge failed is unscorable, not wrong; when hardly any can be
 * scored, or one after the other fails, the run stops where it can be resumed, before it goes on for nothing.
 */
import { BatonError, type Failure } from '../core/failure.ts'
import type { Score } from '../core/reward.ts'
import type { Environment } from './environment.ts'

/** Failures of the server or the way to it, by the client's names; what it answered plays no part. */
const outages = new Set([
  'network',
  'timeout',
  'rate-limit',
  'overloaded',
  'server',
  'malformed-body',
  'upstream-error',
  'auth',
  'quota',
])

/** Those of them that say that nobody is there to answer, whatever is asked. */
const absences = new Set(['network', 'overloaded', 'auth', 'quota'])

interface Scored {
  readonly score: Score
  readonly failures: readonly Failure[]
}

/** The failure of a service that kept a rollout from being scored, or null. */
function outageOf({ score, failures }: Scored): Failure | null {
  if (score.kind === 'scored') return null
  return failures.find(({ boundary, code }) => isService(boundary) && outages.has(code)) ?? null
}

function isService(boundary: Failure['boundary']): boundary is 'executor' | 'judge' {
  return boundary === 'executor' || boundary === 'judge'
}

/**
 * The environment, which gives up (exit code 3) once so many attempts in a row have ended without a score because a
 * service failed.
 * @param limit at least 1; attempts under way together fail together, so more than are run at once.
 */
export function stopOnOutage(environment: Environment, limit: number): Environment {
  let inARow = 0
  return {
    ...environment,
    attempt: async (problem, text, completion, context) => {
      const outcome = await environment.attempt(problem, text, completion, context)
      const outage = outageOf(outcome)
      inARow = outage === null ? 0 : inARow + 1
      if (outage !== null && inARow >= limit) {
        throw outageError(`${inARow} rollouts in a row could not be scored`, outage)
      }
      return outcome
    },
  }
}

/** Whether a rollout has no score because executor or judge were not there. */
export function metAbsence(rollout: Scored): boolean {
  const outage = outageOf(rollout)
  return outage !== null && absences.has(outage.code)
}

/** @throws BatonError (exit code 3) when every one of some rollouts, tried a second time, met the same absence. */
export function stopIfStillAbsent(rollouts: readonly Scored[]): void {
  const outage = rollouts[0] === undefined ? null : outageOf(rollouts[0])
  if (outage === null || !rollouts.every(metAbsence)) return
  throw outageError(`${rollouts.length} rollouts could not be scored, tried twice`, outage)
}

/**
 * @param what the step or evaluation, for the message.
 * @throws BatonError when more than the allowed share could not be scored: exit code 3 where services failed, else 4.
 */
export function stopIfUnscorable(rollouts: readonly Scored[], maxRate: number, what: string): void {
  const unscorable = rollouts.filter(({ score }) => score.kind === 'unscorable')
  if (unscorable.length <= maxRate * rollouts.length) return
  const found = `${what}: ${unscorable.length} of ${rollouts.length} rollouts could not be scored`
  const failed = unscorable.flatMap((rollout) => outageOf(rollout) ?? [])
  const [outage] = failed
  if (outage !== undefined && 2 * failed.length >= unscorable.length) throw outageError(found, outage)
  const [first] = unscorable
  const reason = first?.score.kind === 'unscorable' ? first.score.reason : ''
  throw new BatonError(`${found} (${reason}).`, {
    boundary: 'judge',
    code: 'unscorable',
    exitCode: 4,
    hint: 'Mend the judge and resume, or raise training.maxUnscorableRate.',
  })
}

function outageError(found: string, { boundary, code, message }: Failure): BatonError {
  return new BatonError(`${found} (${message}).`, {
    boundary,
    code,
    exitCode: 3,
    isRetryable: true,
    hint: `Nothing is lost: see that the ${boundary}'s server runs, then resume.`,
  })
}
