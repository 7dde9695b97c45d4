/** Kinds of failure for counting and finding rollouts: `boundary/code`, and wider names for several of them. */
import type { Failure } from './failure.ts'
import type { RolloutRecord } from './records.ts'

/** What counting by kind needs of a rollout. */
export type FailedRollout = Pick<RolloutRecord, 'failures' | 'score'>

/** It has no reward; also where no failure was recorded. */
export const unscorableKind = 'unscorable'

const wideKinds: Readonly<Record<string, (failure: Failure) => boolean>> = {
  generation: ({ boundary }) => boundary === 'policy' || boundary === 'parse',
  execution: ({ boundary }) => boundary === 'sandbox' || boundary === 'executor',
  timeout: ({ code }) => code === 'timeout' || code.startsWith('deadline-'),
}

/** Names that mean several kinds, whether or not a run has any of them. */
export const wideKindNames: readonly string[] = [
  ...Object.keys(wideKinds),
  ...['policy', 'parse', 'sandbox', 'executor', 'judge', 'reward'],
  unscorableKind,
]

export interface KindCount {
  /** `boundary/code`, or `unscorable`. */
  readonly kind: string
  /** Rollouts that have it, once each. */
  readonly rollouts: number
}

/** Of one rollout, each once, in order. */
export function kindsOf({ failures, score }: FailedRollout): string[] {
  const kinds = failures.map(({ boundary, code }) => `${boundary}/${code}`)
  return [...new Set(score.kind === 'unscorable' ? [...kinds, unscorableKind] : kinds)]
}

/** The commonest first; those of the same number by name. */
export function countKinds(rollouts: readonly FailedRollout[]): KindCount[] {
  const counts = new Map<string, number>()
  for (const kind of rollouts.flatMap(kindsOf)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts]
    .map(([kind, count]) => ({ kind, rollouts: count }))
    .sort((a, b) => b.rollouts - a.rollouts || (a.kind < b.kind ? -1 : 1))
}

/** @param kind `executor/timeout`, its boundary, its code, or a wide name. */
export function hasKind(rollout: FailedRollout, kind: string): boolean {
  if (kind === unscorableKind) return rollout.score.kind === 'unscorable'
  const isWide = Object.hasOwn(wideKinds, kind) ? wideKinds[kind] : undefined
  return rollout.failures.some(
    (failure) =>
      isWide?.(failure) === true ||
      [failure.boundary, failure.code, `${failure.boundary}/${failure.code}`].includes(kind),
  )
}
