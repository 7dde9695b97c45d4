/**
 * Training of a selector: the stages one after another, each in rounds. A round ends with a position from which the
 * training can be continued: what follows depends on the weights and on (seed, stage, round, query) only.
 *
 * GRPO here: sample sequences, have them judged, centre rewards within each query's group, and take clipped steps
 * against the log-probs of the very weights that began the round (given groups: the stage), with an exact KL to the
 * weights that began the stage.
 * Left out: reward-ranked selection within a group before its advantages (it makes rewards tie), an adaptive KL weight.
 */
import { BatonError } from '../../core/failure.ts'
import { meanOf } from '../../core/moments.ts'
import { randomFor } from '../../core/random.ts'
import type { Metrics } from '../../core/records.ts'
import type { PooledQuery, Selector, SelectorState } from '../../engines/pointer/index.ts'
import { type JudgedSequence, type TrainingGroup, trainingGroups } from './groups.ts'
import type { RewardOptions, SequenceVerdict } from './rewards.ts'
import { runSteps, stepsPerPass, type TrainingRound } from './round-steps.ts'
import { type GrpoStage, isFresh, passesOf, roundsOf, type TrainingStage } from './stages.ts'

/** A sequence to be judged. */
export interface SequenceJudgeRequest {
  readonly query: PooledQuery
  /** Positions in the pool, in pick order: the first pick is the likeliest. Its place in the prompt is the judge's choice. */
  readonly pointers: readonly number[]
}

/** Asks the answering model; by request a verdict, or null where it failed. Repeated requests do not occur in a call. */
export type SequenceJudge = (
  requests: readonly SequenceJudgeRequest[],
  signal?: AbortSignal,
) => Promise<readonly (SequenceVerdict | null)[]>

/** Where a training stands: rounds done of a stage, steps done in all. */
export interface TrainingPosition {
  readonly stage: number
  readonly round: number
  readonly step: number
}

export interface TrainSelectorOptions {
  readonly selector: Selector
  readonly stages: readonly TrainingStage[]
  readonly seed: number
  /** Judged groups; may be empty where every stage samples its own. */
  readonly groups: readonly TrainingGroup[]
  /** For fresh GRPO: queries that are sampled for, their judge, and the reward. */
  readonly fresh?: {
    readonly queries: readonly PooledQuery[]
    readonly judge: SequenceJudge
    readonly reward: RewardOptions
    readonly skipFallback?: boolean
  }
  /** Never trained on; RCE at temperature 1 on raw rewards is measured on them after every round. */
  readonly validation?: readonly TrainingGroup[]
  /** Where to go on, with the state that `onRound` was given there. */
  readonly resume?: { readonly position: TrainingPosition; readonly state: SelectorState }
  readonly onStep?: (step: number, metrics: Metrics) => void
  /** After every round; `state` is what a resume needs. */
  readonly onRound?: (
    position: TrainingPosition,
    metrics: Metrics,
    state: () => Promise<SelectorState>,
  ) => Promise<void>
  /** Asked after every round: true ends the training there. */
  readonly shouldStop?: () => boolean
  readonly signal?: AbortSignal
}

export interface TrainingOutcome {
  readonly position: TrainingPosition
  readonly isComplete: boolean
  /** Steps of the whole plan. */
  readonly totalSteps: number
}

/** Trains `selector` in place. */
export async function trainSelector(options: TrainSelectorOptions): Promise<TrainingOutcome> {
  const { selector, stages, groups, resume, signal } = options
  const totalSteps = stages.reduce((sum, stage) => sum + stepsOf(stage, options), 0)
  let { stage: stageIndex, round, step } = resume?.position ?? { stage: 0, round: 0, step: 0 }
  if (resume !== undefined) await selector.setState(resume.state)
  for (; stageIndex < stages.length; stageIndex++, round = 0) {
    const stage = stages[stageIndex] as TrainingStage
    const stageSteps = stepsOf(stage, options)
    if (!isFresh(stage)) checkGroups(groups, stage)
    if (round === 0) {
      await selector.dropMoments()
      if (stage.method === 'grpo') await selector.holdReference()
    }
    for (; round < roundsOf(stage); ) {
      signal?.throwIfAborted()
      const prepared = await prepareRound(options, stage, { stageIndex, round })
      const stepMetrics = await runSteps(selector, stage, prepared.round, {
        seed: options.seed,
        stageIndex,
        roundIndex: round,
        // Of the plan: a round whose answers failed in part takes fewer steps, and the schedule goes on all the same.
        firstStep: Math.round((stageSteps * round) / roundsOf(stage)),
        stageSteps,
        onStep: (metrics) => {
          step += 1
          options.onStep?.(step, {
            ...prepared.metrics,
            ...metrics,
            'train/stage': stageIndex,
            'train/round': round + 1,
          })
        },
        ...(signal === undefined ? {} : { signal }),
      })
      round += 1
      const position = { stage: stageIndex, round, step }
      const metrics = { ...prepared.metrics, ...stepMetrics.means, ...(await validationMetrics(options)) }
      await options.onRound?.(position, metrics, () => selector.state())
      const isLast = stageIndex === stages.length - 1 && round === roundsOf(stage)
      if (!isLast && options.shouldStop?.() === true) return { position, isComplete: false, totalSteps }
    }
  }
  return { position: { stage: stages.length, round: 0, step }, isComplete: true, totalSteps }
}

function stepsOf(stage: TrainingStage, { groups, fresh }: TrainSelectorOptions): number {
  const count = isFresh(stage) ? (fresh?.queries.length ?? 0) : groups.length
  return roundsOf(stage) * passesOf(stage) * stepsPerPass(count, stage.batchSize)
}

function checkGroups(groups: readonly TrainingGroup[], stage: TrainingStage): void {
  if (groups.length > 0) return
  throw new BatonError(`${stage.method} has no groups to learn from.`, {
    boundary: 'dataset',
    code: 'no-groups',
    hint: 'Collect sequences first, or keep groups whose rewards do not differ (--no-signal keep).',
  })
}

async function prepareRound(
  options: TrainSelectorOptions,
  stage: TrainingStage,
  at: { readonly stageIndex: number; readonly round: number },
): Promise<{ round: TrainingRound; metrics: Metrics }> {
  if (stage.method !== 'grpo') return { round: { groups: options.groups, oldLogprobs: null }, metrics: {} }
  const { groups, metrics } = isFresh(stage)
    ? await freshGroups(options, stage, at)
    : { groups: options.groups, metrics: {} as Metrics }
  const keyed = groups.map((group) => ({ ...group, dropoutKey: [options.seed, at.stageIndex, at.round, group.query] }))
  // Given groups are held against the weights that began the stage, in every pass over them.
  const scoring = { dropoutRate: stage.dropoutRate, isReference: !isFresh(stage) }
  const oldLogprobs = await options.selector.logprobs(keyed, scoring, options.signal)
  return { round: { groups, oldLogprobs }, metrics }
}

/** Samples of the current selector, judged. Every distinct sequence of a query is judged once. */
async function freshGroups(
  { selector, seed, fresh, signal }: TrainSelectorOptions,
  stage: GrpoStage,
  { stageIndex, round }: { readonly stageIndex: number; readonly round: number },
): Promise<{ groups: TrainingGroup[]; metrics: Metrics }> {
  if (fresh === undefined) throw new Error('fresh GRPO needs queries and a judge')
  const { queries, judge, reward, skipFallback = true } = fresh
  const proposals = await selector.propose(
    queries,
    stage.groupSize,
    {
      method: 'sample',
      shots: stage.shots,
      temperature: stage.samplingTemperature,
      seed,
      stream: `stage ${stageIndex} round ${round}`,
    },
    signal,
  )
  const requests: SequenceJudgeRequest[] = []
  const places = proposals.map((list, q) => {
    const known = new Map<string, number>()
    return list.map(({ pointers }) => {
      const key = pointers.join()
      const place = known.get(key) ?? requests.push({ query: queries[q] as PooledQuery, pointers }) - 1
      known.set(key, place)
      return place
    })
  })
  const verdicts = await judge(requests, signal)
  const judged = queries.map((query, q) => ({
    ...query,
    sequences: (proposals[q] ?? []).map(
      ({ picks }, i): JudgedSequence => ({
        picks,
        verdict: verdicts[places[q]?.[i] as number] ?? null,
      }),
    ),
  }))
  const { groups, counts } = trainingGroups(judged, { reward, skipFallback, noSignal: 'keep', keepsRepeats: true })
  refuseOutage(verdicts)
  const first = proposals.flat().map(({ stepLogprobs }) => -(stepLogprobs[0] ?? 0))
  return {
    groups,
    metrics: {
      reward: meanOf(groups.map(({ rewards }) => meanOf(rewards))),
      informative_group_rate: counts.informativeGroupRate,
      'answers/asked': requests.length,
      'answers/failed': counts.failed,
      'policy/first_pick_entropy': meanOf(first),
      'policy/distinct_rate': requests.length / Math.max(1, proposals.flat().length),
    },
  }
}

/** A round without answers teaches nothing; better to stop where it can be gone on with. */
function refuseOutage(verdicts: readonly (SequenceVerdict | null)[]): void {
  const failed = verdicts.filter((verdict) => verdict === null).length
  if (failed === 0 || failed < verdicts.length / 2) return
  throw new BatonError(`${failed} of ${verdicts.length} answers of the round failed.`, {
    boundary: 'executor',
    code: 'answers-failed',
    hint: 'Look whether the answering model is reachable, then resume: the round is done again.',
    exitCode: 3,
  })
}

/** RCE at temperature 1 on raw rewards, and what a uniform policy would have: losses of other pool sizes do not compare. */
async function validationMetrics({ selector, validation, signal }: TrainSelectorOptions): Promise<Metrics> {
  if (validation === undefined || validation.length === 0) return {}
  const logprobs = await selector.logprobs(validation, {}, signal)
  const losses = validation.map(({ rewards }, i) => {
    const weights = softmax(rewards)
    return -weights.reduce((sum, weight, n) => sum + weight * (logprobs[i]?.[n] ?? 0), 0)
  })
  const uniform = validation.map(({ pool, rewards, sequences }) => {
    const weights = softmax(rewards)
    return weights.reduce((sum, weight, n) => sum + weight * uniformLoss(pool.length, sequences[n]?.length ?? 0), 0)
  })
  return { 'validation/rce': meanOf(losses), 'validation/rce_uniform': meanOf(uniform) }
}

function softmax(values: readonly number[]): number[] {
  const peak = Math.max(...values)
  const exponentials = values.map((value) => Math.exp(value - peak))
  const total = exponentials.reduce((sum, value) => sum + value, 0)
  return exponentials.map((value) => value / total)
}

/** -log-prob of any ordered choice of `shots` under the uniform policy: ln K + ln(K - 1) + ... */
export function uniformLoss(poolSize: number, shots: number): number {
  return Array.from({ length: shots }, (_, taken) => Math.log(poolSize - taken)).reduce((sum, value) => sum + value, 0)
}

/** Seeded split by query: the same queries whatever else is in the list. @param share 0..1 for validation. */
export function splitGroups(
  groups: readonly TrainingGroup[],
  share: number,
  seed: number,
): { train: TrainingGroup[]; validation: TrainingGroup[] } {
  const isOut = (group: TrainingGroup): boolean => isHeldOut(group, share, seed)
  return { train: groups.filter((group) => !isOut(group)), validation: groups.filter(isOut) }
}

/** Whether the split holds a query out. */
export function isHeldOut({ query }: Pick<PooledQuery, 'query'>, share: number, seed: number): boolean {
  return randomFor(seed, 'validation', query).next() < share
}
