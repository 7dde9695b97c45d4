/**
 * What is done with judged sequences before training: sequences of another file judged again, groups merged, balanced
 * and counted.
 */
import { clusteredRate, type Rate } from '../../core/clustered-rate.ts'
import type { QuestionIndex } from '../data/index.ts'
import { dataError } from '../data/index.ts'
import type { CandidateSequence, CollectedGroup, Question } from '../schema.ts'
import { type JudgeTask, type JudgeTools, judgeSequences } from './judge-sequences.ts'
import { tupleKey } from './propose.ts'

/** The same sequences under the answerer's own profile: what was judged otherwise, or failed, gets a verdict of it. */
export async function judgeAgain(
  groups: readonly CollectedGroup[],
  index: QuestionIndex,
  tools: Omit<JudgeTools, 'byId'>,
): Promise<CollectedGroup[]> {
  const tasks = groups.flatMap(({ query, pool, candidates }): JudgeTask[] => {
    const question: Question = index.byId(query.id)
    return candidates.map(({ verdict: _verdict, failure: _failure, ...sequence }) => ({
      query: question,
      pool,
      sequence,
    }))
  })
  const judged = await judgeSequences(tasks, { ...tools, byId: index.byId })
  let start = 0
  return groups.map((group) => {
    start += group.candidates.length
    return { ...group, candidates: judged.slice(start - group.candidates.length, start) }
  })
}

/** Sequences of both for each query; of equal tuples the verdict of the first stays, unless it is a failure. */
export function mergeGroups(first: readonly CollectedGroup[], second: readonly CollectedGroup[]): CollectedGroup[] {
  const others = new Map(second.map((group) => [group.query.id, group]))
  const merged = first.map((group) => {
    const other = others.get(group.query.id)
    others.delete(group.query.id)
    if (other === undefined) return group
    if (other.pool.hash !== group.pool.hash) {
      throw dataError(
        'pools-differ',
        `question ${group.query.id} has another pool in each of the files: pointers mean different things.`,
        'Collect both with the same pools.',
      )
    }
    const found = new Map<string, CandidateSequence>()
    for (const candidate of [...group.candidates, ...other.candidates]) {
      const key = tupleKey(candidate.picks)
      const known = found.get(key)
      if (known === undefined || (known.verdict === null && candidate.verdict !== null)) found.set(key, candidate)
    }
    return { ...group, candidates: [...found.values()] }
  })
  return [...merged, ...others.values()]
}

export interface BalanceOptions {
  /** Of the sequences that were answered right, at most this many, the most accurate first. */
  readonly positives: number
  /** Of the others, at most this many, the hardest first: those whose answers came nearest. */
  readonly negatives: number
}

/** Groups with both kinds; those with one kind only carry no comparison and are left out. Failures are neither. */
export function balanceGroups(groups: readonly CollectedGroup[], options: BalanceOptions): CollectedGroup[] {
  return groups.flatMap((group) => {
    const judged = group.candidates.filter(({ verdict }) => verdict !== null)
    const positives = judged
      .filter(({ verdict }) => verdict?.isCorrect === true)
      .sort((a, b) => (b.verdict?.accuracy ?? 0) - (a.verdict?.accuracy ?? 0))
    const negatives = judged
      .filter(({ verdict }) => verdict?.isCorrect === false)
      .sort((a, b) => (b.verdict?.likeness ?? 0) - (a.verdict?.likeness ?? 0))
    if (positives.length === 0 || negatives.length === 0) return []
    const candidates = [...positives.slice(0, options.positives), ...negatives.slice(0, options.negatives)]
    return [{ ...group, candidates }]
  })
}

export interface CollectionCounts {
  readonly queries: number
  readonly sequences: number
  /** Share of the judged sequences that are right; those of one query are one cluster. */
  readonly right: Rate
  readonly failed: number
  /** Queries with at least one right answer. */
  readonly withPositive: number
  /** Queries whose sequences are not all alike in accuracy. */
  readonly informative: number
  readonly bySource: Readonly<Record<string, number>>
}

export function countSequences(groups: readonly CollectedGroup[]): CollectionCounts {
  const all = groups.flatMap(({ candidates }) => candidates)
  const bySource: Record<string, number> = {}
  for (const { source } of all) bySource[source] = (bySource[source] ?? 0) + 1
  const accuracies = groups.map(({ candidates }) =>
    candidates.flatMap(({ verdict }) => (verdict === null ? [] : [verdict.accuracy])),
  )
  return {
    queries: groups.length,
    sequences: all.length,
    right: clusteredRate(
      groups.map(({ candidates }) => ({
        right: candidates.filter(({ verdict }) => verdict?.isCorrect === true).length,
        trials: candidates.filter(({ verdict }) => verdict !== null).length,
      })),
      'trials',
    ),
    failed: all.filter(({ verdict }) => verdict === null).length,
    withPositive: accuracies.filter((list) => list.some((accuracy) => accuracy > 0)).length,
    informative: accuracies.filter((list) => new Set(list).size > 1).length,
    bySource,
  }
}
