/** Runs with a few steps, made for the tests of the page. */
import type { SampledRollout, StepRecord } from '../../core/records.ts'
import type { Score } from '../../core/reward.ts'
import type { WorkflowOutcome } from '../../core/rollout-outcome.ts'
import { createRun, type RunStore } from '../../runs/index.ts'

const resolvedYaml = `environment: workflows
policy: {engine: embedded, model: models/conductor}
llm: {executor: {baseUrl: simulator, model: simulator}, judge: {baseUrl: executor, model: executor}}
evaluation: {temperature: 0}
training: {steps: 10, problemsPerStep: 1, groupSize: 2, loss: {type: grpo}, advantages: {scale: group, epsilon: 0.0001}}
`

export function makeRun(root: string, name: string): RunStore {
  return createRun({
    ...{ root, name, resolvedYaml },
    origin: { configHash: 'abc', seed: 1, datasets: {}, argv: [] },
  })
}

export function stepAt(step: number, reward = step): StepRecord {
  return { version: 1, step, metrics: { reward, accuracy: 0.5, reward_std: 1, 'time/step_s': 2, 'cost/total': 0.5 } }
}

export function madeScore(reward: number | null): Score {
  if (reward === null) return { kind: 'unscorable', reason: 'no verdict' }
  const isCorrect = reward > 0
  const verdict = isCorrect ? 'true' : 'false'
  return { kind: 'scored', reward, parts: [{ name: 'correctness', value: reward }], isCorrect, verdict, reason: 'made' }
}

export interface MadeRollout {
  readonly step?: number
  readonly rollout?: number
  readonly reward?: number | null
  readonly type?: SampledRollout['problemType']
  readonly text?: string
  readonly failures?: SampledRollout['failures']
  readonly operators?: readonly string[]
}

export function rolloutOf({
  step = 1,
  rollout = 0,
  reward = 1,
  type = 'math',
  text = 'class Workflow: pass',
  failures = [],
  operators = [],
}: MadeRollout): SampledRollout {
  const outcome: WorkflowOutcome = {
    ...{ environment: 'workflows', version: 1, outcome: 'answered', prediction: '7', usedFallback: false },
    ...{ program: text, isValid: true, findings: [], repairs: [], violations: 0, fallback: null },
    ...{ correctness: null, simulator: null },
    operators: operators.map((operator, index) => ({
      ...{ index, operator, args: { problem: 'p' }, outcome: 'returned', result: { output: '7' }, message: null },
      ...{ llmCalls: 1, callKeys: [], failedLlmCalls: 0, malformedReplies: 0, inputTokens: 1, outputTokens: 1 },
      ...{ costUsd: 0, timing: { durationMs: 1 } },
    })),
  }
  return {
    ...{ version: 1, phase: 'train', step, label: '', position: 0, problemId: `p${step}`, problemType: type },
    ...{ source: 'synth/rates', difficulty: 1, rollout, prompt: [1], tokens: [2, 3], logprobs: [-0.1, -0.2] },
    ...{
      stopReason: 'stop',
      text,
      outcome,
      failures,
      score: madeScore(reward),
      advantage: null,
      costUsd: 0,
      llmCalls: 1,
    },
    timing: { startedAt: '2026-01-01T00:00:00.000Z', durationMs: 1 },
  }
}
