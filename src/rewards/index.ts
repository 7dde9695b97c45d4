/** Rewards: who says what is right, and what it is worth. */

export { type AuditRow, auditRewards, type RewardAudit } from './audit/audit-rewards.ts'
export { type AttackRow, attackJudge } from './checks/attacks.ts'
export { type Calibration, calibrate } from './checks/calibrate.ts'
export { type LabelledSet, readLabelledPairs } from './checks/labelled-pairs.ts'
export { trialCases, trialVerdict, tryJudge } from './checks/trial.ts'
export type { RewardAmounts } from './composition.ts'
export {
  presetComposition,
  type RewardComposition,
  type RewardInput,
  type RewardPartRule,
  type RewardSettings,
  rewardPresetNames,
} from './compositions/index.ts'
export type { Composed } from './compositions/reward-composition.ts'
export { consensusJudge } from './consensus.ts'
export { type Correctness, decideCorrectness } from './correctness.ts'
export { createJudge, type Judge } from './judge.ts'
export { judgePromptBytes, judgePromptsSha256, maxResponseChars } from './judge-prompt.ts'
export { llmFailureOf } from './llm-failure.ts'
export { openRewards } from './open-rewards.ts'
export type { OwnReward } from './own/own-reward.ts'
export { type ScorerVerdict, scoreAnswer } from './score-answer.ts'
