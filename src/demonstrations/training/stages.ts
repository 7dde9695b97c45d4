/** Stages of training and their settings. A training is a list of stages, usually RCE and then GRPO. */
import type { LearningRateSchedule } from '../../core/schedules.ts'
import type { RewardScale, SequenceAdvantageOptions } from './sequence-weights.ts'

/** Parameters that a stage leaves as they are. */
export type Freeze =
  | 'none'
  /** The three projections; cross-attention and its norms are trained. */
  | 'backbone'
  /** Cross-attention and its norms; the projections are trained. */
  | 'attention'

export interface OptimizerSettings extends LearningRateSchedule {
  /** Queries in one step. */
  readonly batchSize: number
  readonly weightDecay: number
  /** The gradient's global norm is clipped to it. */
  readonly maxGradNorm: number
  /** 0..1, on the inputs of the last projections. */
  readonly dropoutRate: number
  readonly freeze: Freeze
}

/** Cross-entropy of the best sequences of each group. */
export interface SupervisedStage extends OptimizerSettings {
  readonly method: 'supervised'
  readonly epochs: number
  /** Share of the label's mass spread over what may be chosen; never over what is masked. */
  readonly labelSmoothing: number
}

/** Reward-weighted cross-entropy. */
export interface RceStage extends OptimizerSettings {
  readonly method: 'rce'
  readonly epochs: number
  readonly scale: RewardScale
  readonly bestOnly: boolean
  /** Temperature of the weights at the first step and at the last, on a line between. */
  readonly firstTemperature: number
  readonly lastTemperature: number
}

/** GRPO on given groups (offline), or on fresh samples of the selector, judged anew each round. */
export interface GrpoStage extends OptimizerSettings {
  readonly method: 'grpo'
  readonly groups: 'given' | 'fresh'
  /** Rounds of fresh samples. Not read with given groups. */
  readonly rounds: number
  /** Passes over a round's groups; with given groups, over all of them. */
  readonly epochs: number
  /** Sequences sampled for a query in a round. */
  readonly groupSize: number
  readonly shots: number
  readonly samplingTemperature: number
  readonly advantages: SequenceAdvantageOptions
  readonly clipLow: number
  readonly clipHigh: number
  /** Weight of the exact KL to the selector that the stage began with. */
  readonly klCoefficient: number
}

export type TrainingStage = SupervisedStage | RceStage | GrpoStage

const optimizer: OptimizerSettings = {
  learningRate: 3e-4,
  warmupSteps: 10,
  schedule: 'linear',
  batchSize: 8,
  weightDecay: 0,
  maxGradNorm: 1,
  dropoutRate: 0,
  freeze: 'none',
}

export function supervisedStage(options: Partial<Omit<SupervisedStage, 'method'>> = {}): SupervisedStage {
  return { ...optimizer, weightDecay: 0.01, method: 'supervised', epochs: 5, labelSmoothing: 0, ...options }
}

export function rceStage(options: Partial<Omit<RceStage, 'method'>> = {}): RceStage {
  return {
    ...optimizer,
    weightDecay: 0.01,
    method: 'rce',
    epochs: 5,
    scale: 'raw',
    bestOnly: false,
    firstTemperature: 2,
    lastTemperature: 0.5,
    ...options,
  }
}

export function grpoStage(options: Partial<Omit<GrpoStage, 'method'>> = {}): GrpoStage {
  return {
    ...optimizer,
    method: 'grpo',
    groups: 'given',
    rounds: 10,
    epochs: 1,
    groupSize: 12,
    shots: 2,
    samplingTemperature: 1,
    advantages: { scale: 'deviation', deviationFloor: 0.1, limit: 5 },
    clipLow: 0.2,
    clipHigh: 0.2,
    klCoefficient: 0.02,
    ...options,
  }
}

const frozenPrefixes: Readonly<Record<Freeze, readonly string[]>> = {
  none: [],
  backbone: ['input_proj.', 'query_proj.', 'cand_proj.'],
  attention: ['cross_attn_layers.', 'attn_norms.'],
}

export function prefixesOf(freeze: Freeze): readonly string[] {
  return frozenPrefixes[freeze]
}

/** Rounds of a stage as its checkpoints count them: passes over given groups, or rounds of fresh ones. */
export function roundsOf(stage: TrainingStage): number {
  return isFresh(stage) ? stage.rounds : stage.epochs
}

/** Passes over the groups within one round. */
export function passesOf(stage: TrainingStage): number {
  return isFresh(stage) ? stage.epochs : 1
}

export function isFresh(stage: TrainingStage): stage is GrpoStage {
  return stage.method === 'grpo' && stage.groups === 'fresh'
}
