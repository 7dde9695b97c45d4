/** Rewards: who says what is right, and what it is worth. */
export { composeReward, type RewardAmounts } from './composition.ts'
export { type Correctness, decideCorrectness } from './correctness.ts'
export { createJudge, type Judge } from './judge.ts'
export { judgePromptBytes, maxResponseChars } from './judge-prompt.ts'
export { llmFailureOf } from './llm-failure.ts'
export { type ScorerVerdict, scoreAnswer } from './score-answer.ts'
