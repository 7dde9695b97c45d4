/**
 * How a service that Baton asks (executor, judge, generator) can fail for good, and what to do about each. None of it is
 * the policy's doing: a rollout that met one is unscorable, counted as `error/<boundary>/<kind>`, and left out.
 */
import type { Boundary, Failure } from './failure.ts'

interface ServiceFailureRule {
  /** The service was unavailable whatever the request was: the same call may succeed later. */
  readonly isAbsence: boolean
  /** One imperative sentence; configuration keys are in braces. */
  readonly remedy: string
}

const rules = {
  network: { isAbsence: true, remedy: 'Check that the server runs and that {baseUrl} is its address.' },
  timeout: {
    isAbsence: false,
    remedy:
      'The server is too slow for what it is asked: lower {concurrency} so that it queues less, raise {attemptTimeoutMs} and {totalTimeoutMs}, or lower {maxTokens}.',
  },
  'rate-limit': {
    isAbsence: false,
    remedy: 'Lower {concurrency}, raise {attempts}, or wait until the limit of the account is free again.',
  },
  overloaded: { isAbsence: true, remedy: 'Wait until the server has loaded its model, or lower {concurrency}.' },
  server: { isAbsence: false, remedy: "Look into the server's own log." },
  'malformed-body': {
    isAbsence: false,
    remedy: 'Check that {baseUrl} is that of an OpenAI-compatible server, with /v1.',
  },
  'upstream-error': {
    isAbsence: false,
    remedy: "Look at the provider's status page, or choose another provider.",
  },
  'empty-content': { isAbsence: false, remedy: 'Raise {maxTokens} or {attempts}, or set {reasoningEffort}: low.' },
  'truncated-reasoning': { isAbsence: false, remedy: 'Raise {maxTokens}, or set {reasoningEffort}: low.' },
  'unparsable-output': {
    isAbsence: false,
    remedy: "Check that the server's chat template is the model's own.",
  },
  'content-filter': {
    isAbsence: false,
    remedy: "Take the problems that the provider's content filter refuses out of the data, or choose another provider.",
  },
  'context-overflow': {
    isAbsence: false,
    remedy: 'Start the server with a longer context, lower {maxTokens}, or leave out the longest problems.',
  },
  'request-too-large': {
    isAbsence: false,
    remedy: 'Raise the largest request that the server, or the proxy in front of it, accepts.',
  },
  'bad-request': {
    isAbsence: false,
    remedy: 'Check {model} and the sampling settings against what the server accepts.',
  },
  'not-found': { isAbsence: true, remedy: 'Check {model} and {baseUrl} against what the server serves.' },
  auth: { isAbsence: true, remedy: 'Set the environment variable that {apiKeyEnvironment} names to a valid key.' },
  quota: { isAbsence: true, remedy: 'Add credit to the account, or choose another server.' },
} as const satisfies Record<string, ServiceFailureRule>

export type ServiceFailureKind = keyof typeof rules

export const serviceFailureKinds = Object.keys(rules) as readonly ServiceFailureKind[]

/** Boundaries with a service behind them, and the configuration section that names it. */
const sections: Partial<Record<Boundary, string>> = {
  executor: 'llm.executor',
  judge: 'llm.judge',
  policy: 'policy.frozen',
}

export function isAbsence(kind: ServiceFailureKind): boolean {
  return rules[kind].isAbsence
}

/**
 * What to do about a failure.
 * @param boundary whose service it was: keys are named with its section; without one they are named alone.
 */
export function remedyFor(kind: ServiceFailureKind, boundary?: Boundary): string {
  return withKeysNamed(rules[kind].remedy, boundary)
}

/** A sentence with keys in braces, rewritten with the keys as that service's configuration names them. */
export function withKeysNamed(sentence: string, boundary?: Boundary): string {
  const section = boundary === undefined ? undefined : sections[boundary]
  const named = (key: string): string => {
    if (section === undefined) return key
    return boundary === 'policy' && key === 'maxTokens' ? 'policy.maxCompletionTokens' : `${section}.${key}`
  }
  return sentence.replace(/\{(\w+)\}/g, (_, key: string) => named(key))
}

/** A failure that a service is to blame for. */
export type ServiceFailure = Failure & { readonly code: ServiceFailureKind }

/** The server or the connection to it failed, independently of the request and of the model's reply. */
const outages: ReadonlySet<ServiceFailureKind> = new Set([
  'network',
  'timeout',
  'rate-limit',
  'overloaded',
  'server',
  'malformed-body',
  'upstream-error',
  'not-found',
  'auth',
  'quota',
])

/** Failures that, met one after the other, say that the service is gone. */
export function isOutage(kind: ServiceFailureKind): boolean {
  return outages.has(kind)
}

/** The first of them that a service is to blame for; null when there is none. */
export function serviceFailureOf(failures: readonly Failure[]): ServiceFailure | null {
  return failures.find(isServiceFailure) ?? null
}

/** A failure of executor or judge with one of the kinds above; an unclear verdict is not one. */
export function isServiceFailure(failure: Failure): failure is ServiceFailure {
  const isService = failure.boundary === 'executor' || failure.boundary === 'judge'
  return isService && Object.hasOwn(rules, failure.code)
}
