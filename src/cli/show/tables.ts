/** The lists of `baton show`: the steps of a run, the groups of a step or evaluation, the rollouts of a kind. */
import { type Rate, rateByProblem } from '../../core/clustered-rate.ts'
import { countKinds, hasKind, type KindCount } from '../../core/failure-kinds.ts'
import { meanOf } from '../../core/moments.ts'
import type { EvaluationRecord, RolloutDigest, StepRecord } from '../../core/records.ts'
import { groupsOf, type RolloutGroup } from '../../core/rollout-group.ts'
import { visibleText } from '../../core/visible-text.ts'
import { durationText, rateText } from '../format.ts'
import { type TextColumn, textTable } from '../text-table.ts'
import { typeWord } from '../words/common.ts'
import { kindsCell, lessonText, outcomesOf, rewardText } from './cells.ts'
import type { ShowWords } from './words-english.ts'

export type DigestGroup = RolloutGroup<RolloutDigest>

/** A training step as far as it has rollouts. */
export interface StepFacts {
  readonly step: number
  /** False while its rollouts are being made, and where a stop cut it short. */
  readonly isWhole: boolean
  readonly problems: number
  readonly rollouts: number
  readonly meanReward: number | null
  readonly right: Rate
  readonly groups: number
  /** Groups with right and wrong answers. */
  readonly mixedGroups: number
  readonly failures: readonly KindCount[]
  /** Wall time of the whole step; null where it was not recorded. */
  readonly seconds: number | null
}

/** @param record null where the step is not whole. */
export function stepFacts(step: number, rollouts: readonly RolloutDigest[], record: StepRecord | null): StepFacts {
  const groups = groupsOf(rollouts, null)
  const rewards = rollouts.flatMap(({ score }) => (score.kind === 'scored' ? [score.reward] : []))
  return {
    step,
    isWhole: record !== null,
    problems: new Set(rollouts.map(({ problemId }) => problemId)).size,
    rollouts: rollouts.length,
    meanReward: rewards.length === 0 ? null : meanOf(rewards),
    right: rateByProblem(outcomesOf(rollouts)),
    groups: groups.length,
    mixedGroups: groups.filter(({ lesson }) => lesson.kind === 'signal').length,
    failures: countKinds(rollouts),
    seconds: record?.metrics['time/step_s'] ?? null,
  }
}

export interface TableStyle {
  readonly words: ShowWords
  /** Columns of the terminal. */
  readonly width: number
}

/** @returns the line of titles, then a line a step. */
export function stepTable(steps: readonly StepFacts[], { words, width }: TableStyle): string[] {
  const { columns } = words
  const table: readonly TextColumn[] = [
    { title: columns.step, side: 'right', rank: 0 },
    { title: columns.problems, side: 'right', rank: 3 },
    { title: columns.mean, side: 'right', rank: 2 },
    { title: columns.right, side: 'left', rank: 0 },
    { title: columns.mixed, side: 'right', rank: 1 },
    { title: columns.time, side: 'right', rank: 2 },
    { title: columns.failures, side: 'left', rank: 0 },
  ]
  const cells = steps.map(({ step, isWhole, problems, meanReward, right, groups, mixedGroups, failures, seconds }) => [
    String(step),
    String(problems),
    rewardText(meanReward),
    rateText(right),
    words.of(mixedGroups, groups),
    !isWhole ? words.underWay : seconds === null ? '–' : durationText(seconds),
    kindsCell(failures, words) || '–',
  ])
  return textTable(table, cells, width)
}

export function evaluationTable(evaluations: readonly EvaluationRecord[], { words, width }: TableStyle): string[] {
  const { columns } = words
  const table: readonly TextColumn[] = [
    { title: columns.evaluation, side: 'left', rank: 0 },
    { title: columns.step, side: 'right', rank: 0 },
    { title: columns.right, side: 'left', rank: 0 },
  ]
  const cells = evaluations.map(({ label, step, outcomes }) => [label, String(step), rateText(rateByProblem(outcomes))])
  return textTable(table, cells, width)
}

/** @param hasSteps whether the groups are of several steps. */
export function groupTable(groups: readonly DigestGroup[], { words, width }: TableStyle, hasSteps = false): string[] {
  const { columns } = words
  const isTraining = groups.some(({ members }) => members[0]?.rollout.phase === 'train')
  const isFailed = groups.some(({ members }) => countKinds(members.map(({ rollout }) => rollout)).length > 0)
  const table: readonly (TextColumn & { readonly isShown: boolean })[] = [
    { title: columns.step, side: 'right', rank: 0, isShown: hasSteps },
    { title: columns.problem, side: 'left', rank: 0, isShown: true },
    { title: columns.type, side: 'left', rank: 3, isShown: true },
    { title: columns.right, side: 'right', rank: 0, isShown: true },
    { title: columns.mean, side: 'right', rank: 2, isShown: true },
    { title: columns.deviation, side: 'right', rank: 2, isShown: isTraining },
    { title: columns.teaches, side: 'left', rank: 0, isShown: isTraining },
    { title: columns.failures, side: 'left', rank: 1, isShown: isFailed },
  ]
  const shown = [...table.keys()].filter((i) => table[i]?.isShown === true)
  const cells = groups.map((group) => {
    const { problemId, problemType, right, members, mean, deviation, lesson } = group
    const rollouts = members.map(({ rollout }) => rollout)
    const all = [
      String(rollouts[0]?.step ?? ''),
      visibleText(problemId),
      typeWord(problemType),
      words.of(right, members.length),
      rewardText(mean),
      rewardText(deviation),
      lessonText(lesson, words),
      kindsCell(countKinds(rollouts), words) || '–',
    ]
    return shown.map((i) => all[i] ?? '')
  })
  return textTable(
    shown.flatMap((i) => table[i] ?? []),
    cells,
    width,
  )
}

export function rolloutTable(rollouts: readonly RolloutDigest[], kind: string, style: TableStyle): string[] {
  const { words, width } = style
  const { columns } = words
  const table: readonly TextColumn[] = [
    { title: columns.step, side: 'right', rank: 0 },
    { title: columns.problem, side: 'left', rank: 0 },
    { title: columns.rollout, side: 'right', rank: 0 },
    { title: columns.type, side: 'left', rank: 2 },
    { title: columns.reward, side: 'right', rank: 1 },
    { title: columns.failure, side: 'left', rank: 0 },
  ]
  const cells = rollouts.map((rollout) => [
    String(rollout.step),
    visibleText(rollout.problemId),
    String(rollout.rollout),
    typeWord(rollout.problemType),
    rewardText(rollout.score.kind === 'scored' ? rollout.score.reward : null),
    visibleText(whyText(rollout, kind)).replaceAll('\n', ' '),
  ])
  return textTable(table, cells, width)
}

/** The failure that was asked for, first of all. */
function whyText({ failures, score }: RolloutDigest, kind: string): string {
  const failure = failures.find((one) => hasKind({ failures: [one], score }, kind)) ?? failures[0]
  if (failure !== undefined) return `${failure.boundary}/${failure.code}: ${failure.message}`
  return score.kind === 'unscorable' ? score.reason : ''
}
