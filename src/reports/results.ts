/**
 * What came of the training, for each decoding: the trained policy against the warm start and against fixed workflows,
 * paired by problem. Only evaluations on the same split are compared.
 */
import { bestFixedLabel, evaluationName, findEvaluation, isOfTraining } from '../core/evaluation-labels.ts'
import type { PairedDifference } from '../core/paired-tests.ts'
import type { Decoding, EvaluationRecord } from '../core/records.ts'
import { type Difference, differenceOf } from './differences.ts'
import { typesOf } from './evaluation-row.ts'

export interface Result {
  readonly decoding: Decoding
  /** Trained policy minus warm start, paired by problem; null before the last evaluation. */
  readonly gain: PairedDifference | null
  readonly gainByType: Readonly<Record<string, PairedDifference>>
  /** Trained policy minus best fixed workflow per type; null without a search. */
  readonly againstFixed: PairedDifference | null
  readonly againstFixedByType: Readonly<Record<string, PairedDifference>>
  /** The latest evaluation of a run that has not come to its last one, against the warm start. */
  readonly soFar: { readonly label: string; readonly difference: PairedDifference } | null
}

/** The evaluations that a result is made of. */
export interface Compared {
  readonly decoding: Decoding
  readonly before: EvaluationRecord | undefined
  readonly fixed: EvaluationRecord | undefined
  readonly after: EvaluationRecord | undefined
  /** `after`, else the newest one after some training. */
  readonly latest: EvaluationRecord | undefined
}

/** One entry a decoding that was measured, at least one: greedy first, unless only the sampled policy was measured before and after. */
export function comparedOf(evaluations: readonly EvaluationRecord[]): readonly [Compared, ...Compared[]] {
  const greedy = ofDecoding(evaluations, 'greedy')
  const sampled = ofDecoding(evaluations, 'sampled')
  const isMeasured = ({ before, latest }: Compared): boolean => before !== undefined || latest !== undefined
  const isWhole = ({ before, after }: Compared): boolean => before !== undefined && after !== undefined
  if (!isMeasured(sampled)) return [greedy]
  if (!isMeasured(greedy)) return [sampled]
  return isWhole(sampled) && !isWhole(greedy) ? [sampled, greedy] : [greedy, sampled]
}

function ofDecoding(evaluations: readonly EvaluationRecord[], decoding: Decoding): Compared {
  const own = evaluations.filter((item) => item.decoding === decoding && isOfTraining(item))
  const after = findEvaluation(own, 'after', decoding)
  const later = own.filter((item) => item.step > 0).sort((a, b) => a.step - b.step)
  const latest = after ?? later.at(-1)
  const isAlike = (item: EvaluationRecord): boolean => latest === undefined || item.split === latest.split
  const starts = own.filter((item) => item.step === 0)
  // Of an unfinished run the course is compared with its own beginning.
  const before = starts.find((item) => isAlike(item) && evaluationName(item) === 'before') ?? starts.find(isAlike)
  const fixed = evaluations.find((item) => item.label === bestFixedLabel && isAlike(item))
  return { decoding, before: before ?? starts.at(-1), fixed, after, latest }
}

export function comparedResult({ decoding, before, fixed, after, latest }: Compared): Result {
  const types = typesOf([before, fixed, latest].filter((item) => item !== undefined))
  const gain = difference(after, before, types)
  const againstFixed = difference(after, fixed, types)
  const soFar = after === undefined ? difference(latest, before, types) : null
  return {
    decoding,
    gain: gain?.all ?? null,
    gainByType: gain?.byType ?? {},
    againstFixed: againstFixed?.all ?? null,
    againstFixedByType: againstFixed?.byType ?? {},
    soFar: soFar === null || latest === undefined ? null : { label: latest.label, difference: soFar.all },
  }
}

function difference(
  a: EvaluationRecord | undefined,
  b: EvaluationRecord | undefined,
  types: readonly string[],
): Difference | null {
  return a === undefined || b === undefined ? null : differenceOf(a, b, types)
}
