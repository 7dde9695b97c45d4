/** Evaluations of older journals: the fields that they lack, as far as the run knows them. */
import { isFixedLabel } from '../../core/evaluation-labels.ts'
import type { JsonObject } from '../../core/json.ts'
import type { EvaluationOutcome, EvaluationRecord } from '../../core/records.ts'

type OlderEvaluation = Partial<Pick<EvaluationRecord, 'decoding' | 'temperature'>> &
  Omit<EvaluationRecord, 'decoding' | 'temperature' | 'outcomes'> & { readonly outcomes: readonly OlderOutcome[] }

type OlderOutcome = Omit<EvaluationOutcome, Count> & Partial<Pick<EvaluationOutcome, Count>>
type Count = 'llmCalls' | 'inputTokens' | 'outputTokens'

/**
 * Older versions drew at `evaluation.temperature` of the run, where 0 is greedy, and did not count calls and tokens.
 * @param config of the run.
 */
export function completeEvaluation(record: OlderEvaluation, config: JsonObject): EvaluationRecord {
  const temperature = record.temperature ?? (isFixedLabel(record.label) ? 0 : temperatureOf(config))
  return {
    ...record,
    decoding: record.decoding ?? (temperature === 0 ? 'greedy' : 'sampled'),
    temperature,
    outcomes: record.outcomes.map((outcome) => ({
      ...outcome,
      llmCalls: outcome.llmCalls ?? null,
      inputTokens: outcome.inputTokens ?? null,
      outputTokens: outcome.outputTokens ?? null,
    })),
  }
}

function temperatureOf({ evaluation }: JsonObject): number {
  const temperature = (evaluation as JsonObject | undefined)?.['temperature']
  return typeof temperature === 'number' ? temperature : 1
}
