/**
 * An environment of one's own: what the policy reads of a problem, and what its answer is worth. A module exports one as
 * `environment`, and the configuration names the module (`environment: ./my-environment.ts`). Around it stays everything that a training has:
 * sampling, groups, advantages, the journal, resume, evaluations and the report.
 */
import type { Json, JsonObject } from '../core/json.ts'
import type { Problem } from '../core/problem.ts'
import type { RolloutRecord } from '../core/records.ts'
import type { RewardPart, Score } from '../core/reward.ts'

export interface OwnMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/** A language model of the configuration: kept in the journal, bought once, counted in the costs of the attempt. */
export interface AskedModel {
  /** @param options.seed the n-th sample of the same messages; default 0. @returns the reply's text, never empty. */
  ask(
    messages: string | readonly OwnMessage[],
    options?: { readonly seed?: number; readonly maxTokens?: number; readonly temperature?: number },
  ): Promise<string>
}

export interface OwnAttemptContext {
  /** 32 bits that depend on the run's seed and the place of the attempt alone. */
  readonly seed: number
  /** Aborts when the run is stopped and when the deadline has passed. */
  readonly signal: AbortSignal
  /** `llm.executor`; null where it is left at the simulator, which only knows the problems that ship with Baton. */
  readonly executor: AskedModel | null
}

export interface OwnResult {
  /** Any finite number; what the group's advantages are made of. */
  readonly reward: number
  /** Whether the problem is solved: what accuracy counts. */
  readonly isCorrect: boolean
  /** The reward's contributions by name, adding up to it; default one part with the environment's name. */
  readonly parts?: Readonly<Record<string, number>>
  /** One sentence for the trace. */
  readonly reason?: string
  /** For the journal and your own metrics: JSON. */
  readonly data?: JsonObject
}

export interface OwnEnvironment {
  /** Kebab-case, in metrics and records. */
  readonly name: string
  /** What the policy reads: a text, or messages for its chat format. The same for the same problem. */
  prompt(problem: Problem): string | readonly OwnMessage[]
  /**
   * Runs and scores one completion. An exception leaves the rollout unscorable: it says nothing about the policy, and a run
   * with many of them stops, resumable.
   */
  attempt(problem: Problem, completion: string, context: OwnAttemptContext): OwnResult | Promise<OwnResult>
  /** Your own metrics over the rollouts of a step or an evaluation, beside the usual ones. */
  metrics?(rollouts: readonly RolloutRecord[]): Readonly<Record<string, number>>
  /** How long an attempt may take, in milliseconds; default 60,000. A loop that never yields cannot be stopped by it. */
  readonly deadlineMs?: number
}

/** Types and checks an environment where it is written. @throws TypeError naming the field that is missing or wrong. */
export function defineEnvironment(environment: OwnEnvironment): OwnEnvironment {
  const { name, prompt, attempt, metrics, deadlineMs } = environment
  const wrong =
    typeof name !== 'string' || !/^[a-z][a-z0-9-]*$/.test(name)
      ? 'name must be kebab-case text'
      : typeof prompt !== 'function'
        ? 'prompt must be a function of a problem'
        : typeof attempt !== 'function'
          ? 'attempt must be a function of a problem, a completion and a context'
          : metrics !== undefined && typeof metrics !== 'function'
            ? 'metrics must be a function of rollouts'
            : deadlineMs !== undefined && !(Number.isFinite(deadlineMs) && deadlineMs > 0)
              ? 'deadlineMs must be a number above 0'
              : null
  if (wrong !== null) throw new TypeError(`an environment's ${wrong}`)
  return environment
}

/** The score of what an own environment returned. @throws TypeError where it does not fit `OwnResult`. */
export function ownScore(result: OwnResult, name: string): Score {
  const { reward, isCorrect, parts, reason = '' } = result
  if (typeof reward !== 'number' || !Number.isFinite(reward)) {
    throw new TypeError(`${name}: attempt returned the reward ${shown(reward)}; it must be a finite number`)
  }
  if (typeof isCorrect !== 'boolean') {
    throw new TypeError(`${name}: attempt returned isCorrect ${shown(isCorrect)}; it must be true or false`)
  }
  const named: RewardPart[] = Object.entries(parts ?? { [name]: reward }).map(([part, value]) => ({
    name: part,
    value,
  }))
  const sum = named.reduce((total, { value }) => total + value, 0)
  if (!(Math.abs(sum - reward) <= 1e-9 * Math.max(1, Math.abs(reward)))) {
    throw new TypeError(`${name}: the parts of the reward add up to ${sum}, not to ${reward}`)
  }
  const verdict = isCorrect ? 'true' : 'false'
  return { kind: 'scored', reward, parts: named, isCorrect, verdict, reason: String(reason) }
}

const shown = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : String(value))

/** @throws TypeError where it is no JSON. */
export function ownData(data: unknown, name: string): JsonObject {
  try {
    return JSON.parse(JSON.stringify(data ?? {})) as Record<string, Json>
  } catch (cause) {
    throw new TypeError(`${name}: the data of an attempt is no JSON`, { cause })
  }
}
