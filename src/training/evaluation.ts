/**
 * Evaluation: the policy on a split, in one decoding, one record a problem and sample. Random draws depend on seed and
 * problem only, never on label, step or decoding: what is done alike turns out alike, and comparisons between evaluations
 * are paired.
 */
import type { Problem } from '../core/problem.ts'
import type { Decoding, EvaluationOutcome, EvaluationRecord, RolloutRecord } from '../core/records.ts'
import type { PolicySampler } from '../engines/policy-engine.ts'
import { rolloutMetrics } from './rollout-metrics.ts'
import { collectRollouts, type RolloutTools } from './rollouts.ts'
import { stopIfUnscorable } from './services.ts'

/** Problems with the name that reports give them: `validation`, `test`, `train`, or the path of a file. */
export interface EvaluationSplit {
  readonly name: string
  readonly problems: readonly Problem[]
}

export interface EvaluationPlan {
  readonly policy: PolicySampler
  readonly seed: number
  readonly label: string
  /** Optimizer steps the policy has had. */
  readonly step: number
  readonly split: EvaluationSplit
  readonly sampling: DecodingPlan
  readonly maxTokens: number
  readonly concurrency: number
  /** Stops with an error, and records nothing, when a larger share could not be scored. */
  readonly maxUnscorableRate: number
  readonly onRollout?: (rollout: RolloutRecord) => void
}

export interface DecodingPlan {
  readonly decoding: Decoding
  readonly temperature: number
  readonly samplesPerProblem: number
}

export const greedyDecoding: DecodingPlan = { decoding: 'greedy', temperature: 0, samplesPerProblem: 1 }

/** The part of the configuration that says how completions are drawn. */
interface DecodingSettings {
  readonly decodings: readonly Decoding[]
  readonly temperature: number
  readonly samplesPerProblem: number
}

/** How each evaluation is made, greedy first. Sampling at temperature 0 is greedy decoding and is left out. */
export function decodingPlans({ decodings, temperature, samplesPerProblem }: DecodingSettings): DecodingPlan[] {
  const sampled: DecodingPlan[] =
    decodings.includes('sampled') && temperature > 0 ? [{ decoding: 'sampled', temperature, samplesPerProblem }] : []
  return decodings.includes('greedy') || sampled.length === 0 ? [greedyDecoding, ...sampled] : sampled
}

export async function evaluate(plan: EvaluationPlan, tools: RolloutTools): Promise<EvaluationRecord> {
  const { label, step, split, sampling, maxUnscorableRate, ...rest } = plan
  const { decoding, temperature, samplesPerProblem } = sampling
  const groups = await collectRollouts(
    split.problems,
    {
      ...rest,
      phase: 'evaluation',
      label,
      step,
      groupSize: samplesPerProblem,
      sharedDraws: false,
      temperature,
      topP: 1,
    },
    tools,
  )
  const rollouts = groups.flat()
  stopIfUnscorable(rollouts, maxUnscorableRate, `the evaluation ${label}`)
  return {
    version: 1,
    label,
    step,
    split: split.name,
    decoding,
    temperature,
    metrics: { ...rolloutMetrics(rollouts, tools.environment), ...tools.environment.metrics(rollouts) },
    outcomes: rollouts.map(outcomeOf),
  }
}

function outcomeOf({ problemId, problemType, score, solving, costUsd }: RolloutRecord): EvaluationOutcome {
  return {
    problemId,
    problemType,
    isCorrect: score.kind === 'scored' ? score.isCorrect : null,
    llmCalls: solving?.calls ?? null,
    inputTokens: solving?.inputTokens ?? null,
    outputTokens: solving?.outputTokens ?? null,
    costUsd: solving?.costUsd ?? costUsd,
  }
}
