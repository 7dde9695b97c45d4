/**
 * Findings about a run's health as data: a code, how grave it is, and the numbers it was seen by. The sentences, in each
 * language, are the reports' (`reports/finding-words-*.ts`).
 */

import type { ServiceFailureKind } from '../service-failures.ts'

/** Found from the problems, the configuration and the servers; all others come from the metrics. */
export const setUpCodes = [
  'shared-problems',
  'validation-default',
  'few-training-problems',
  'context-too-short',
  'fines-drown-correctness',
  'form-beats-correctness',
  'judge-uncalibrated',
] as const

/** The facts behind each finding. Shares are in 0..1 and come with the number of problems they refer to. */
export interface FindingFacts {
  /** Known before the first step. */
  readonly 'shared-problems': { readonly shared: number; readonly measured: number; readonly splits: readonly string[] }
  readonly 'validation-default': { readonly train: string; readonly measured: readonly string[] }
  readonly 'few-training-problems': { readonly problems: number; readonly problemsPerStep: number }
  readonly 'context-too-short': {
    readonly role: 'policy' | 'executor' | 'judge'
    /** Tokens of prompt and reply that the server takes. */
    readonly context: number
    /** Of the longest prompt that is to be expected, by estimate. */
    readonly promptTokens: number
    readonly replyTokens: number
    /** Problems with a prompt that does not fit, of all. */
    readonly tooLong: number
    readonly problems: number
    /** What makes the context long enough; null where the server is none of one's own. */
    readonly restart: string | null
    /** The setting that bounds the reply, and the value with which all fits; null where none does. */
    readonly replyKey: string
    readonly reply: number | null
  }
  /** Of the reward's composition. */
  readonly 'fines-drown-correctness': {
    readonly composition: string
    /** `raised`, `right-violation`, ...: what is fined. */
    readonly situation: string
    readonly fine: number
    /** What a right answer is worth more than a wrong one, and that in deviations of a typical group. */
    readonly gap: number
    readonly gapDeviations: number
  }
  /** `measured`: the model that judge.calibration is about; null without one. */
  readonly 'judge-uncalibrated': { readonly model: string; readonly measured: string | null }
  readonly 'form-beats-correctness': { readonly composition: string; readonly right: number; readonly wrong: number }
  /** Seen step by step. */
  readonly 'not-finite': { readonly metrics: readonly string[] }
  readonly 'optimizer-steps-skipped': { readonly skipped: number; readonly steps: number }
  readonly 'hardly-right': RecentShare
  readonly 'simulator-unknown': RecentShare
  readonly 'no-update': { readonly idle: number; readonly steps: number }
  readonly 'little-spread': RecentShare & { readonly cause: 'solved' | 'unsolved' }
  readonly 'entropy-collapse': { readonly first: number; readonly last: number }
  readonly 'kl-growth': { readonly last: number }
  readonly 'most-ratios-clipped': { readonly share: number; readonly steps: number }
  readonly 'service-failures': RecentShare & {
    /** The commonest kinds, at most three, with their shares of the rollouts. */
    readonly kinds: readonly ServiceFailureShare[]
  }
  readonly 'unscorable-rollouts': RecentShare
  /** Verdicts of the judge against those of exact scorers, where both apply. */
  readonly 'judge-disagrees': RecentShare
  readonly 'broken-rules': RecentShare
  readonly 'fallback-rate': RecentShare
  readonly 'truncated-completions': RecentShare
  readonly 'reward-fell': { readonly first: number; readonly last: number; readonly steps: number }
  readonly 'sampler-differs': { readonly largest: number }
}

export interface ServiceFailureShare {
  readonly boundary: 'executor' | 'judge'
  readonly kind: ServiceFailureKind
  readonly share: number
}

export interface RecentShare {
  readonly share: number
  /** Steps that it is taken over, the latest ones; 0 for an evaluation. */
  readonly steps: number
  /** Problems attempted in them, each counted once a step. */
  readonly problems: number
}

export type FindingCode = keyof FindingFacts
export type FindingLevel = 'note' | 'warning'

export type HealthFinding = {
  readonly [Code in FindingCode]: {
    readonly code: Code
    readonly level: FindingLevel
    readonly facts: FindingFacts[Code]
  }
}[FindingCode]

/** A finding and the steps between which it held. */
export interface FindingEpisode {
  readonly finding: HealthFinding
  /** First step at which it held; 0 where it was known before the first. */
  readonly from: number
  /** Last step at which it held; null while it holds. */
  readonly to: number | null
}

export interface FindingChange {
  /** `worsens`: a note has become a warning. */
  readonly state: 'begins' | 'worsens' | 'ends'
  readonly episode: FindingEpisode
}

/** Warnings first, then by when they began. */
export function byGravity(a: FindingEpisode, b: FindingEpisode): number {
  const rank = ({ finding }: FindingEpisode): number => (finding.level === 'warning' ? 0 : 1)
  return rank(a) - rank(b) || a.from - b.from
}
