/**
 * Services that fail for good. A rollout whose executor or judge failed is unscorable, not wrong; when hardly any can be
 * scored, or one after the other fails, the run stops where it can be resumed, before it wastes more calls.
 */
import { BatonError, type Failure } from '../core/failure.ts'
import type { Score } from '../core/reward.ts'
import { isAbsence, isOutage, remedyFor, type ServiceFailure, serviceFailureOf } from '../core/service-failures.ts'
import type { Environment } from './environment.ts'

interface Scored {
  readonly score: Score
  readonly failures: readonly Failure[]
}

/** The failure of a service that kept a rollout from being scored, or null. */
export function outageOf({ score, failures }: Scored): ServiceFailure | null {
  return score.kind === 'scored' ? null : serviceFailureOf(failures)
}

/**
 * The environment, which gives up (exit code 3) once so many attempts in a row have ended without a score because a
 * service was gone. Empty answers, full contexts and refused prompts are left to the share of a step.
 * @param limit at least 1; attempts under way together fail together, so more than are run at once.
 */
export function stopOnOutage(environment: Environment, limit: number): Environment {
  let inARow = 0
  return {
    ...environment,
    attempt: async (problem, text, completion, context) => {
      const outcome = await environment.attempt(problem, text, completion, context)
      const outage = outageOf(outcome)
      inARow = outage !== null && isOutage(outage.code) ? inARow + 1 : 0
      if (outage !== null && inARow >= limit) {
        throw outageError(`${inARow} rollouts in a row could not be scored`, outage)
      }
      return outcome
    },
  }
}

/** Whether a rollout has no score because executor or judge were not there. */
function metAbsence(rollout: Scored): boolean {
  const outage = outageOf(rollout)
  return outage !== null && isAbsence(outage.code)
}

/**
 * A server that was away for a moment gets a second chance: what met its absence is made again, in place.
 * @param again makes the rollouts at these positions again, in this order.
 * @throws BatonError (exit code 3) when every one of them met the same absence a second time.
 */
export async function retryAbsent<T extends Scored>(
  rollouts: T[],
  again: (missed: readonly number[]) => Promise<readonly T[]>,
): Promise<void> {
  const missed = [...rollouts.keys()].filter((i) => metAbsence(rollouts[i] as T))
  if (missed.length === 0) return
  const second = await again(missed)
  second.forEach((rollout, k) => {
    rollouts[missed[k] as number] = rollout
  })
  const outage = second[0] === undefined ? null : outageOf(second[0])
  if (outage === null || !second.every(metAbsence)) return
  throw outageError(`${second.length} rollouts could not be scored, tried twice`, outage)
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
  if (failed.length > 0 && 2 * failed.length >= unscorable.length) {
    const kinds = commonest(failed.map(({ boundary, code }) => `${boundary}/${code}`))
    const [[kind = '', count = 0] = []] = kinds
    const outage = failed.find(({ boundary, code }) => `${boundary}/${code}` === kind) as ServiceFailure
    const counted = kinds.map(([name, times]) => `${name} ${times}`).join(', ')
    throw outageError(count === unscorable.length ? found : `${found}: ${counted}`, outage)
  }
  for (const [boundary, hint] of brokenParts) {
    const fault = commonFailure(unscorable, boundary)
    if (fault === null) continue
    throw new BatonError(`${found} (${fault.message}).`, { boundary, code: fault.code, exitCode: 4, hint })
  }
  const [first] = unscorable
  const reason = first?.score.kind === 'unscorable' ? first.score.reason : ''
  throw new BatonError(`${found} (${reason}).`, {
    boundary: 'judge',
    code: 'unscorable',
    exitCode: 4,
    hint: 'Use a judge that says True or False, then resume; or raise training.maxUnscorableRate.',
  })
}

/** Whose mistake it can be that a rollout says nothing about the policy, and what to do about it. */
const brokenParts: readonly (readonly [boundary: Failure['boundary'], hint: string])[] = [
  ['environment', 'Correct the module that environment names, then resume: a resume tries these rollouts again.'],
  ['baton', 'Please report it. A resume tries these rollouts again, and pays for no answered call twice.'],
]

/** A failure at the boundary, where at least half of the rollouts have one. */
function commonFailure(rollouts: readonly Scored[], boundary: Failure['boundary']): Failure | null {
  const found = rollouts.flatMap(({ failures }) => failures.find((failure) => failure.boundary === boundary) ?? [])
  return 2 * found.length >= rollouts.length ? (found[0] ?? null) : null
}

/** Names with how often they occur in the list, the commonest first. */
function commonest(names: readonly string[]): [name: string, times: number][] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)
}

function outageError(found: string, { boundary, code, message }: ServiceFailure): BatonError {
  return new BatonError(`${found} (${message}).`, {
    boundary,
    code,
    exitCode: 3,
    isRetryable: true,
    hint: `${remedyFor(code, boundary)} Then resume: nothing is lost.`,
  })
}
