/**
 * Training groups: the judged sequences of a query with their rewards. What is left out is counted and told: failures,
 * verdicts of the fallback scorer, repeated tuples, and (only where asked) groups without signal.
 */
import { hasSpread } from '../../core/moments.ts'
import type { PooledQuery } from '../../engines/pointer/index.ts'
import { type RewardOptions, type SequenceVerdict, sequenceReward } from './rewards.ts'

/** A sequence and its verdict; null where the answering model failed, which is no wrong answer. */
export interface JudgedSequence {
  /** Positions in the pool, in pick order. */
  readonly picks: readonly number[]
  readonly verdict: SequenceVerdict | null
}

export interface JudgedGroup extends PooledQuery {
  readonly sequences: readonly JudgedSequence[]
}

/** Sequences of one query with a reward each. */
export interface TrainingGroup extends PooledQuery {
  /** [N] ordered tuples. */
  readonly sequences: readonly (readonly number[])[]
  /** [N] */
  readonly rewards: readonly number[]
}

/**
 * Which groups are left out for want of signal. An all-equal group is not neutral in RCE: its even weights imitate
 * whoever proposed the sequences, so leaving it out changes what is learnt, not only how fast.
 */
export type NoSignalFilter = 'keep' | 'drop-equal' | 'drop-equal-or-low'

export interface GroupOptions {
  readonly reward: RewardOptions
  /** Leave out sequences that the fallback scorer judged. */
  readonly skipFallback: boolean
  readonly noSignal: NoSignalFilter
  /** Under `drop-equal-or-low`: groups whose best reward is below it go too. Default 0.1. */
  readonly lowReward?: number
  /** Keep repeated tuples: samples of a policy count as often as they were drawn. Default false. */
  readonly keepsRepeats?: boolean
}

export interface GroupCounts {
  readonly groups: number
  readonly sequences: number
  readonly failed: number
  readonly fallback: number
  readonly repeated: number
  /** Groups left with fewer than two sequences. */
  readonly tooSmall: number
  readonly noSignal: number
  /** Share of groups of two or more whose rewards differ, before the no-signal filter. */
  readonly informativeGroupRate: number
}

export function trainingGroups(
  judged: readonly JudgedGroup[],
  options: GroupOptions,
): { groups: TrainingGroup[]; counts: GroupCounts } {
  const groups: TrainingGroup[] = []
  const counts = { failed: 0, fallback: 0, repeated: 0, tooSmall: 0, noSignal: 0 }
  let informative = 0
  for (const { query, pool, sequences } of judged) {
    const seen = new Set<string>()
    const kept: (readonly number[])[] = []
    const rewards: number[] = []
    for (const { picks, verdict } of sequences) {
      const key = picks.join()
      if (verdict === null) counts.failed += 1
      else if (options.skipFallback && verdict.usedFallback) counts.fallback += 1
      else if (options.keepsRepeats !== true && seen.has(key)) counts.repeated += 1
      else {
        seen.add(key)
        kept.push(picks)
        rewards.push(sequenceReward(options.reward, verdict))
      }
    }
    if (kept.length < 2) {
      counts.tooSmall += 1
      continue
    }
    if (hasSpread(rewards)) informative += 1
    if (isWithoutSignal(rewards, options)) counts.noSignal += 1
    else groups.push({ query, pool, sequences: kept, rewards })
  }
  const whole = judged.length - counts.tooSmall
  return {
    groups,
    counts: {
      ...counts,
      groups: groups.length,
      sequences: groups.reduce((sum, { sequences }) => sum + sequences.length, 0),
      informativeGroupRate: whole === 0 ? 0 : informative / whole,
    },
  }
}

function isWithoutSignal(rewards: readonly number[], { noSignal, lowReward = 0.1 }: GroupOptions): boolean {
  switch (noSignal) {
    case 'keep':
      return false
    case 'drop-equal':
      return !hasSpread(rewards)
    case 'drop-equal-or-low':
      return !hasSpread(rewards) || Math.max(...rewards) < lowReward
    default:
      return noSignal satisfies never
  }
}
