/**
 * A group as data: the rollouts of one problem, GRPO's unit, with what their rewards have in common, how each advantage
 * came about, and what the policy can learn from the difference.
 */
import { type AdvantageDerivation, type AdvantageOptions, advantageDerivations } from './advantages.ts'
import { deviationOf, hasSpread, meanOf } from './moments.ts'
import type { RolloutRecord } from './records.ts'

/** What a group needs of its rollouts. */
export type GroupRollout = Pick<
  RolloutRecord,
  'phase' | 'label' | 'step' | 'position' | 'problemId' | 'problemType' | 'source' | 'difficulty' | 'rollout' | 'score'
>

export type Lesson =
  /** Right and wrong answers are mixed: which workflow is right. */
  | { readonly kind: 'signal' }
  /** All answers right, or all wrong; the rewards differ by these parts alone. */
  | { readonly kind: 'spread'; readonly areRight: boolean; readonly parts: readonly string[] }
  /** Nothing: the rewards are equal, or fewer than two rollouts have one. */
  | { readonly kind: 'no-spread' | 'too-few' }

export interface GroupMember<Rollout> {
  readonly rollout: Rollout
  /** null in an evaluation, where nothing is learned. */
  readonly derivation: AdvantageDerivation | null
}

export interface RolloutGroup<Rollout> {
  readonly position: number
  readonly problemId: string
  readonly problemType: RolloutRecord['problemType']
  readonly source: string
  readonly difficulty: number
  /** Rollouts that have a reward, of `members.length`. */
  readonly scored: number
  readonly right: number
  /** Of the rewards; null without one. */
  readonly mean: number | null
  /** Divides by n - 1; null for fewer than two rewards. */
  readonly deviation: number | null
  /** The reward that most rollouts have, and how many; the higher one of two; null without a reward. */
  readonly commonest: { readonly reward: number; readonly count: number } | null
  readonly lesson: Lesson
  readonly members: readonly GroupMember<Rollout>[]
}

/**
 * @param rollouts of one step, or of one evaluation; a whole step where advantages are scaled by it (`batch`).
 * @param options as the step was trained with; null for an evaluation.
 * @returns in the order of the positions.
 */
export function groupsOf<Rollout extends GroupRollout>(
  rollouts: readonly Rollout[],
  options: AdvantageOptions | null,
): RolloutGroup<Rollout>[] {
  const byPosition = new Map<number, Rollout[]>()
  for (const rollout of rollouts) {
    const group = byPosition.get(rollout.position)
    if (group === undefined) byPosition.set(rollout.position, [rollout])
    else group.push(rollout)
  }
  const groups = [...byPosition]
    .sort(([a], [b]) => a - b)
    .map(([, group]) => group.sort((a, b) => a.rollout - b.rollout))
  const derivations = options === null ? null : advantageDerivations(groups.map(rewardsOf), options)
  return groups.map((group, g) => groupOf(group, derivations?.[g] ?? null))
}

function groupOf<Rollout extends GroupRollout>(
  group: readonly Rollout[],
  derivations: readonly AdvantageDerivation[] | null,
): RolloutGroup<Rollout> {
  const { position, problemId, problemType, source, difficulty } = group[0] as Rollout
  const rewards = rewardsOf(group).filter((reward) => reward !== null)
  return {
    position,
    problemId,
    problemType,
    source,
    difficulty,
    scored: rewards.length,
    right: group.filter(({ score }) => score.kind === 'scored' && score.isCorrect).length,
    mean: rewards.length === 0 ? null : meanOf(rewards),
    deviation: rewards.length < 2 ? null : deviationOf(rewards),
    commonest: commonestOf(rewards),
    lesson: lessonOf(group),
    members: group.map((rollout, i) => ({ rollout, derivation: derivations?.[i] ?? null })),
  }
}

function rewardsOf(group: readonly GroupRollout[]): (number | null)[] {
  return group.map(({ score }) => (score.kind === 'scored' ? score.reward : null))
}

function commonestOf(rewards: readonly number[]): { reward: number; count: number } | null {
  const counts = new Map<number, number>()
  for (const reward of rewards) counts.set(reward, (counts.get(reward) ?? 0) + 1)
  const [first] = [...counts].sort(([a, countA], [b, countB]) => countB - countA || b - a)
  return first === undefined ? null : { reward: first[0], count: first[1] }
}

function lessonOf(group: readonly GroupRollout[]): Lesson {
  const scores = group.flatMap(({ score }) => (score.kind === 'scored' ? [score] : []))
  if (scores.length < 2) return { kind: 'too-few' }
  if (!hasSpread(scores.map(({ reward }) => reward))) return { kind: 'no-spread' }
  const right = scores.filter(({ isCorrect }) => isCorrect).length
  if (right > 0 && right < scores.length) return { kind: 'signal' }
  const names = [...new Set(scores.flatMap(({ parts }) => parts.map(({ name }) => name)))]
  const parts = names.filter((name) =>
    hasSpread(scores.map((score) => score.parts.reduce((sum, part) => sum + (part.name === name ? part.value : 0), 0))),
  )
  return { kind: 'spread', areRight: right > 0, parts }
}
