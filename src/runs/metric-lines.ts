/**
 * Lines of `metrics.jsonl`. Keys are sorted and `time/*` comes last, so that lines without their timing tail are the same
 * bytes for the same seed and the same replies.
 */
import type { EvaluationRecord, Metrics, StepRecord } from '../core/records.ts'

export function stepLine(record: StepRecord): string {
  return line({ step: record.step }, record.metrics)
}

export function evaluationMetricLine(record: EvaluationRecord): string {
  const { step, label, split, decoding } = record
  return line({ step, evaluation: label, split, decoding }, record.metrics)
}

function line(head: Record<string, string | number>, metrics: Metrics): string {
  const isTime = (name: string): boolean => name.startsWith('time/')
  const names = Object.keys(metrics).sort((a, b) => Number(isTime(a)) - Number(isTime(b)) || (a < b ? -1 : 1))
  const fields = [
    ...Object.entries(head).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`),
    // JSON has no NaN or Infinity: they become null.
    ...names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(metrics[name])}`),
  ]
  return `{${fields.join(',')}}\n`
}
