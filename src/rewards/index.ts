/** Rewards: who says what is right, and what it is worth. */
export { composeReward, type RewardFacts } from './composition.ts'
export { type Correctness, type CorrectnessOptions, decideCorrectness } from './correctness.ts'
export { createJudge, type Judge, type JudgeGrade, type JudgeOptions, type JudgeRequest } from './judge.ts'
export { type LlmFailure, llmFailureOf } from './llm-failure.ts'
export { type RewardPreset, type RewardPresetName, rewardPresets } from './presets.ts'
