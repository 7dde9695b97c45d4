/** Training of selectors: rewards, supervised learning, RCE, GRPO. */
export { type CollectionJudge, openCollectionJudge } from './collection-judge.ts'
export { type EmbeddingTables, featuresOf, groupsByRow } from './from-collected.ts'
export {
  type GroupCounts,
  type GroupOptions,
  type JudgedGroup,
  type JudgedSequence,
  type NoSignalFilter,
  type TrainingGroup,
  trainingGroups,
} from './groups.ts'
export type { RewardMode, RewardOptions, SequenceVerdict } from './rewards.ts'
export { type RunTrainingOptions, trainInRun } from './run-training.ts'
export {
  type Freeze,
  type GrpoStage,
  grpoStage,
  type RceStage,
  rceStage,
  type SupervisedStage,
  type TrainingStage,
} from './stages.ts'
export {
  isHeldOut,
  type SequenceJudge,
  type SequenceJudgeRequest,
  splitGroups,
  type TrainingOutcome,
  type TrainingPosition,
  type TrainSelectorOptions,
  trainSelector,
} from './train-selector.ts'
export {
  configuredArchitecture,
  configuredStages,
  resolveTrainingConfig,
  settingLayer,
  type TrainingConfig,
} from './training-config.ts'
