/**
 * Evaluation: the policy on a split that it is not trained on, one record a problem and sample. Random draws depend on
 * seed and problem only, never on the label or the step: what is done alike turns out alike, and comparisons between
 * evaluations are paired.
 */
import type { Problem } from '../core/problem.ts'
import type { EvaluationOutcome, EvaluationRecord, RolloutRecord } from '../core/records.ts'
import type { PolicySampler } from '../engines/policy-engine.ts'
import { rolloutMetrics } from './rollout-metrics.ts'
import { collectRollouts, type RolloutTools } from './rollouts.ts'
import { stopIfUnscorable } from './services.ts'

export interface EvaluationPlan {
  readonly seed: number
  readonly label: string
  readonly split: string
  /** Optimizer steps the policy has had. */
  readonly step: number
  readonly samplesPerProblem: number
  readonly maxTokens: number
  readonly temperature: number
  readonly topP: number
  readonly concurrency: number
  /** Stops with an error, and records nothing, when a larger share could not be scored. */
  readonly maxUnscorableRate: number
  readonly onRollout?: (rollout: RolloutRecord) => void
}

export async function evaluate(
  policy: PolicySampler,
  problems: readonly Problem[],
  plan: EvaluationPlan,
  tools: RolloutTools,
  signal: AbortSignal,
): Promise<EvaluationRecord> {
  const groups = await collectRollouts(
    policy,
    problems,
    { ...plan, phase: 'evaluation', groupSize: plan.samplesPerProblem, sharedDraws: false },
    tools,
    signal,
  )
  const rollouts = groups.flat()
  stopIfUnscorable(rollouts, plan.maxUnscorableRate, `the evaluation ${plan.label}`)
  return {
    version: 1,
    label: plan.label,
    step: plan.step,
    split: plan.split,
    metrics: { ...rolloutMetrics(rollouts), ...tools.environment.metrics(rollouts) },
    outcomes: rollouts.map(outcomeOf),
  }
}

export function outcomeOf(rollout: RolloutRecord): EvaluationOutcome {
  return {
    problemId: rollout.problemId,
    problemType: rollout.problemType,
    isCorrect: rollout.score.kind === 'scored' ? rollout.score.isCorrect : null,
    costUsd: rollout.costUsd,
  }
}
