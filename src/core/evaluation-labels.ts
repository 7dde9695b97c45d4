/** Labels of evaluations: what was measured (`before`, `step-20`, `after`) and how it was decoded, in one name. */
import type { Decoding, EvaluationRecord } from './records.ts'

/** The search's winners, one for each problem type. */
export const bestFixedLabel = 'best-fixed'

const fixedPrefix = 'fixed:'

/** The best fixed workflow for problems of all types. */
export const fixedOverallLabel = `${fixedPrefix}overall`

/** For each family and difficulty its best workflow, as a trial on training problems found it. */
export const oracleLabel = `${fixedPrefix}oracle`

/** A fixed workflow on the problems of its type, which is a part of the frontier of fixed workflows: `fixed:math/1`. */
export function frontierLabel(type: string, place: number): string {
  return `${fixedPrefix}${type}/${place}`
}

/** The problem type of a part of that frontier; null for any other label. */
export function frontierTypeOf(label: string): string | null {
  return /^fixed:([^/]+)\/\d+$/.exec(label)?.[1] ?? null
}

const sampledSuffix = '-sampled'

/** Greedy is what is deployed: its label is the plain name. */
export function evaluationLabel(name: string, decoding: Decoding): string {
  return decoding === 'greedy' ? name : `${name}${sampledSuffix}`
}

/** The label without the decoding. Older versions had one evaluation of each name, `after`, and it was sampled. */
export function evaluationName({ label, decoding }: Pick<EvaluationRecord, 'label' | 'decoding'>): string {
  return decoding === 'sampled' && label.endsWith(sampledSuffix) ? label.slice(0, -sampledSuffix.length) : label
}

/** Whether fixed workflows were measured, not the policy. */
export function isFixedLabel(label: string): boolean {
  return label === bestFixedLabel || label.startsWith(fixedPrefix)
}

/** Whether the policy itself was measured in the course of the training, on the run's own problems. */
export function isOfTraining(evaluation: Pick<EvaluationRecord, 'label' | 'decoding'>): boolean {
  return /^(?:before|after|step-\d+(?:-[a-z]+)?)$/.test(evaluationName(evaluation))
}

/** The newest evaluation of that name and decoding. */
export function findEvaluation(
  evaluations: readonly EvaluationRecord[],
  name: string,
  decoding: Decoding,
): EvaluationRecord | undefined {
  return evaluations
    .filter((item) => item.decoding === decoding && evaluationName(item) === name)
    .reduce<EvaluationRecord | undefined>(
      (newest, item) => (newest && newest.step > item.step ? newest : item),
      undefined,
    )
}
