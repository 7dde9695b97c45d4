/** A rollout as rewards see it, for tests: the right answer of a valid program with one operator. */
import type { RewardInput } from '../compositions/index.ts'

export function rewardInput(changed: Partial<RewardInput> = {}): RewardInput {
  return {
    outcome: 'answered',
    usedFallback: false,
    verdict: 'true',
    violations: 0,
    repairWeight: 0,
    calls: 1,
    reason: '',
    problemType: 'math',
    question: 'What is 6 * 7?',
    reference: '42',
    prediction: '42',
    testsPassed: null,
    program: 'class Workflow:\n    pass',
    isValid: true,
    findings: [],
    repairs: [],
    operators: ['AnswerGenerate'],
    costUsd: 0,
    step: 1,
    ...changed,
  }
}
