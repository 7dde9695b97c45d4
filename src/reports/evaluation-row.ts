/** An evaluation as the terminal, `baton runs`, `baton eval` and the report show it: one source for all of them. */
import { type Rate, rateByProblem } from '../core/clustered-rate.ts'
import { evaluationName } from '../core/evaluation-labels.ts'
import type { Decoding, EvaluationOutcome, EvaluationRecord } from '../core/records.ts'

/** One policy or fixed workflow on a split. */
export interface EvaluationRow {
  /** Of the evaluation in the run's journal. */
  readonly label: string
  /** The label without the decoding: `before`, `best-fixed`, `step-20`, `after`. */
  readonly name: string
  readonly step: number
  readonly split: string
  readonly decoding: Decoding
  readonly all: Rate
  readonly byType: Readonly<Record<string, Rate>>
  /** Mean calls to the executor of a workflow; null where that was not measured. */
  readonly callsPerProblem: number | null
  /** Mean tokens of these calls, in and out. */
  readonly tokensPerProblem: number | null
  /** Mean dollars of these calls. */
  readonly costPerProblemUsd: number
  /** Samples that could not be scored, of all. */
  readonly unscorable: number
  readonly samples: number
}

/** @param types default: those of the evaluation, in alphabetical order. */
export function evaluationRow(record: EvaluationRecord, types = typesOf([record])): EvaluationRow {
  const { label, step, split, decoding, outcomes } = record
  return {
    label,
    name: evaluationName(record),
    step,
    split,
    decoding,
    all: rateByProblem(outcomes),
    byType: Object.fromEntries(
      types.map((type) => [type, rateByProblem(outcomes.filter((outcome) => outcome.problemType === type))]),
    ),
    callsPerProblem: meanOf(outcomes, ({ llmCalls }) => llmCalls),
    tokensPerProblem: meanOf(outcomes, ({ inputTokens, outputTokens }) =>
      inputTokens === null || outputTokens === null ? null : inputTokens + outputTokens,
    ),
    costPerProblemUsd: meanOf(outcomes, ({ costUsd }) => costUsd) ?? 0,
    unscorable: outcomes.filter((outcome) => outcome.isCorrect === null).length,
    samples: outcomes.length,
  }
}

export function typesOf(evaluations: readonly EvaluationRecord[]): string[] {
  return [...new Set(evaluations.flatMap(({ outcomes }) => outcomes.map(({ problemType }) => problemType)))].sort()
}

/** Over all samples; null where one of them was not measured or there is none. */
function meanOf(
  outcomes: readonly EvaluationOutcome[],
  read: (outcome: EvaluationOutcome) => number | null,
): number | null {
  let sum = 0
  for (const outcome of outcomes) {
    const value = read(outcome)
    if (value === null) return null
    sum += value
  }
  return outcomes.length === 0 ? null : sum / outcomes.length
}
