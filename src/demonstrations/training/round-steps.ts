/** The optimizer steps of one round: batches in seeded order, the loss's inputs, the metrics of each step. */
import { BatonError } from '../../core/failure.ts'
import { deviationOf, hasSpread, meanOf } from '../../core/moments.ts'
import { randomFor } from '../../core/random.ts'
import type { Metrics } from '../../core/records.ts'
import { learningRateAt, temperatureAt } from '../../core/schedules.ts'
import type { LearnAnswer, LearnCall, ScoredGroup, Selector } from '../../engines/pointer/index.ts'
import type { TrainingGroup } from './groups.ts'
import { bestWeights, groupAdvantages, rceWeights } from './sequence-weights.ts'
import { isFresh, passesOf, prefixesOf, type TrainingStage } from './stages.ts'

export interface TrainingRound {
  readonly groups: readonly TrainingGroup[]
  /** By group and sequence, under the weights that begin the round; null where the method has no use for them. */
  readonly oldLogprobs: readonly (readonly number[])[] | null
}

export interface RoundPlace {
  readonly seed: number
  readonly stageIndex: number
  readonly roundIndex: number
  /** Steps of the stage before this round. */
  readonly firstStep: number
  readonly stageSteps: number
  readonly onStep: (metrics: Metrics) => void
  readonly signal?: AbortSignal
}

export function stepsPerPass(groups: number, batchSize: number): number {
  return Math.ceil(groups / batchSize)
}

/** @returns the number of steps, and the mean of their metrics. */
export async function runSteps(
  selector: Selector,
  stage: TrainingStage,
  round: TrainingRound,
  place: RoundPlace,
): Promise<{ steps: number; means: Metrics }> {
  const { groups, oldLogprobs } = round
  const passes = passesOf(stage)
  const bounds = {
    queries: Math.min(stage.batchSize, groups.length),
    sequences: Math.max(1, ...groups.map(({ sequences }) => sequences.length)),
    steps: Math.max(1, ...groups.flatMap(({ sequences }) => sequences.map(({ length }) => length))),
    dropoutRate: stage.dropoutRate,
  }
  const advantages =
    stage.method === 'grpo' ? groups.map(({ rewards }) => groupAdvantages(rewards, stage.advantages)) : null
  const all: Metrics[] = []
  for (let pass = 0; pass < passes; pass++) {
    const order = randomFor(place.seed, 'order', place.stageIndex, place.roundIndex, pass).shuffle(
      groups.map((_, i) => i),
    )
    for (let start = 0; start < order.length; start += stage.batchSize) {
      place.signal?.throwIfAborted()
      const batch = order.slice(start, start + stage.batchSize)
      const step = place.firstStep + all.length + 1
      const learningRate = learningRateAt(stage, step, place.stageSteps)
      const temperature = temperatureOf(stage, step, place.stageSteps)
      const call: LearnCall = {
        groups: batch.map((i) => scored(groups[i] as TrainingGroup, stage, place)),
        bounds,
        loss: stage.method === 'grpo' ? { kind: 'clipped' } : { kind: 'weighted', labelSmoothing: smoothingOf(stage) },
        weights: batch.map((i) => weightsOf(stage, (groups[i] as TrainingGroup).rewards, temperature, batch.length)),
        clipped:
          stage.method === 'grpo' && advantages !== null && oldLogprobs !== null
            ? {
                advantages: batch.map((i) => advantages[i] as number[]),
                oldLogprobs: batch.map((i) => oldLogprobs[i] as number[]),
                klCoefficient: stage.klCoefficient,
                clipLow: stage.clipLow,
                clipHigh: stage.clipHigh,
              }
            : null,
        frozen: prefixesOf(stage.freeze),
        adam: {
          learningRate,
          beta1: 0.9,
          beta2: 0.999,
          epsilon: 1e-8,
          weightDecay: stage.weightDecay,
          gradientScale: 1,
          step,
        },
        maxGradNorm: stage.maxGradNorm,
      }
      const answer = await selector.learn(call, place.signal)
      checkAnswer(answer, step)
      const metrics: Metrics = {
        loss: answer.loss,
        grad_norm: answer.gradNorm,
        learning_rate: learningRate,
        ...(stage.method === 'rce' ? { 'rce/temperature': temperature } : {}),
        ...groupMetrics(batch.map((i) => groups[i] as TrainingGroup)),
        ...clippedMetrics(call, answer),
      }
      // Nothing has moved since the old log-probs were taken.
      if (all.length === 0 && (isFresh(stage) || place.roundIndex === 0)) checkFirstRatio(metrics)
      all.push(metrics)
      place.onStep(metrics)
    }
  }
  return { steps: all.length, means: meansOf(all) }
}

/** The same masks for a query all through a round, and when its old log-probs were taken. Elsewhere new ones each pass. */
function scored(
  { query, pool, sequences }: TrainingGroup,
  { dropoutRate }: TrainingStage,
  place: RoundPlace,
): ScoredGroup {
  if (dropoutRate === 0) return { query, pool, sequences }
  return { query, pool, sequences, dropoutKey: [place.seed, place.stageIndex, place.roundIndex, query] }
}

function smoothingOf(stage: TrainingStage): number {
  return stage.method === 'supervised' ? stage.labelSmoothing : 0
}

function temperatureOf(stage: TrainingStage, step: number, steps: number): number {
  if (stage.method !== 'rce') return 1
  return temperatureAt(stage.firstTemperature, { shape: 'linear', final: stage.lastTemperature }, step, steps)
}

/** What the sequences of a group count in the mean over the batch's queries. */
function weightsOf(stage: TrainingStage, rewards: readonly number[], temperature: number, queries: number): number[] {
  const share = (weights: readonly number[]): number[] => weights.map((weight) => weight / queries)
  switch (stage.method) {
    case 'supervised':
      return share(bestWeights(rewards))
    case 'rce':
      return share(rceWeights(rewards, { scale: stage.scale, temperature, bestOnly: stage.bestOnly }))
    case 'grpo':
      return share(rewards.map(() => 1 / rewards.length))
    default:
      return stage satisfies never
  }
}

function groupMetrics(groups: readonly TrainingGroup[]): Metrics {
  return {
    'batch/reward': meanOf(groups.map(({ rewards }) => meanOf(rewards))),
    'batch/reward_deviation': meanOf(groups.map(({ rewards }) => deviationOf(rewards))),
    'batch/informative_group_rate': meanOf(groups.map(({ rewards }) => (hasSpread(rewards) ? 1 : 0))),
  }
}

function clippedMetrics({ clipped }: LearnCall, { logprobs, kl }: LearnAnswer): Metrics {
  if (clipped === null) return {}
  const { oldLogprobs, advantages, clipLow, clipHigh } = clipped
  const ratios = logprobs.map((row, i) => row.map((value, n) => Math.exp(value - (oldLogprobs[i]?.[n] ?? 0))))
  const isClipped = ratios.flatMap((row, i) =>
    row.map((ratio, n) => {
      const advantage = advantages[i]?.[n] ?? 0
      return (advantage > 0 && ratio > 1 + clipHigh) || (advantage < 0 && ratio < 1 - clipLow) ? 1 : 0
    }),
  )
  return {
    kl: meanOf(kl.flat()),
    clip_fraction: meanOf(isClipped),
    'ratio/mean': meanOf(ratios.flat()),
    'ratio/greatest_deviation': Math.max(...ratios.flat().map((ratio) => Math.abs(ratio - 1))),
  }
}

/** On a round's first step the weights are those of the old log-probs: a ratio other than 1 means that they are not. */
function checkFirstRatio(metrics: Metrics): void {
  const deviation = metrics['ratio/greatest_deviation']
  if (deviation === undefined || deviation < 1e-5) return
  throw new BatonError(`the first step of a GRPO round has ratios up to ${deviation.toExponential(1)} away from 1.`, {
    boundary: 'engine',
    code: 'first-ratio',
    hint: 'The old log-probs are not those of the weights that began the round; report this with the run folder.',
    exitCode: 3,
  })
}

function checkAnswer({ loss, gradNorm }: LearnAnswer, step: number): void {
  if (Number.isFinite(loss) && Number.isFinite(gradNorm)) return
  throw new BatonError(`step ${step} of the stage has a loss of ${loss} and a gradient norm of ${gradNorm}.`, {
    boundary: 'engine',
    code: 'not-finite',
    hint: 'Lower the learning rate; the weights are those before the step.',
    exitCode: 3,
  })
}

function meansOf(all: readonly Metrics[]): Metrics {
  const names = Object.keys(all[0] ?? {})
  return Object.fromEntries(names.map((name) => [name, meanOf(all.map((metrics) => metrics[name] ?? 0))]))
}
