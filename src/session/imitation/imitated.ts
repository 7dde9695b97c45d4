/** What is imitated, before it is tokens: attempts at problems, whoever made them. */
import type { Problem } from '../../core/problem.ts'
import type { DatasetManifest } from '../../core/run-events.ts'
import type { CompletionPrompt } from '../../datasets/index.ts'

export interface ImitatedAttempt {
  /** What is learned, where it has to be made into tokens. */
  readonly text: string
  /** As it was sampled; null for a text that no policy sampled. */
  readonly sampled: {
    readonly text: string
    /** The end of text last. */
    readonly tokens: readonly number[]
  } | null
  readonly reward: number
}

export interface ImitatedProblem {
  readonly problem: Problem
  /** What the policy is asked with; null: what the environment asks for this problem. */
  readonly asked: CompletionPrompt | null
  /** Highest rewards first, no text twice. */
  readonly attempts: readonly ImitatedAttempt[]
}

export interface Imitation {
  readonly problems: readonly ImitatedProblem[]
  /** By source. */
  readonly manifest: Readonly<Record<string, DatasetManifest>>
  readonly notes: readonly string[]
}

/** One source of attempts, read. */
export interface ImitatedSource {
  readonly problems: readonly ImitatedProblem[]
  readonly fingerprint: string
  readonly notes: readonly string[]
}

/** What a source is read for. */
export interface ImitationTask {
  /** Attempts of a problem that are kept. */
  readonly perProblem: number
  /** Rollouts below it are left out; null leaves out those that did not answer right. */
  readonly leastReward: number | null
  /** Whether the policy writes plans as JSON, not programs. */
  readonly writesPlans: boolean
  readonly contract: 'full' | 'simple'
  readonly seed: number
  readonly skipBadRows: boolean
  /** Of the configuration. */
  readonly train: readonly Problem[]
  /** Problems that the policy is measured on: nothing of them is imitated. */
  isMeasured(question: string): boolean
}

/** The best attempts, highest rewards first, no text twice; of equals the earlier one. */
export function bestAttempts(attempts: readonly ImitatedAttempt[], count: number): ImitatedAttempt[] {
  const seen = new Set<string>()
  const best: ImitatedAttempt[] = []
  for (const attempt of attempts.toSorted((a, b) => b.reward - a.reward)) {
    const key = attempt.text.trim()
    if (best.length >= count || seen.has(key)) continue
    seen.add(key)
    best.push(attempt)
  }
  return best
}
