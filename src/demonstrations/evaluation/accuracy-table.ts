/** Accuracy by method, shots and segment, each with its interval; the questions about one image are one cluster. */
import { clusteredRate, type Rate, type RateCluster } from '../../core/clustered-rate.ts'
import { comparePaired, type PairedComparison } from '../../core/paired-comparison.ts'
import type { RandomKey } from '../../core/random.ts'
import { type Collapse, detectCollapse } from './collapse.ts'
import type { EvaluatedQuestion, MethodName } from './evaluation-record.ts'
import type { Segment } from './segments.ts'

export interface AccuracyCell {
  readonly method: MethodName
  readonly shots: number
  readonly segment: Segment
  /** null where no question of the segment could be scored. */
  readonly accuracy: Rate | null
  /** Questions that the answering model failed on: left out, and reported. */
  readonly failed: number
}

export interface MethodCollapse {
  readonly method: MethodName
  readonly shots: number
  readonly collapse: Collapse
}

export interface MethodDifference {
  readonly method: MethodName
  readonly baseline: MethodName
  /** One row for each number of shots that both were asked with. */
  readonly byShots: readonly (PairedComparison & { readonly shots: number })[]
}

/** Rows of one method and number of shots, in the questions' order. */
type Column = { readonly method: MethodName; readonly shots: number; readonly rows: readonly EvaluatedQuestion[] }

/** @param rows every method's rows list the questions in the same order. */
export function accuracyTable(rows: readonly EvaluatedQuestion[], segments: readonly Segment[]): AccuracyCell[] {
  return columnsOf(rows).flatMap(({ method, shots, rows: column }) =>
    segments.map((segment): AccuracyCell => {
      const within = column.slice(segment.from, segment.to)
      const scored = within.filter((row) => row.score !== null)
      const accuracy = scored.length === 0 ? null : clusteredRate(clustersOf(scored), 'trials')
      return { method, shots, segment, accuracy, failed: within.length - scored.length }
    }),
  )
}

/** VQA scores summed by image. */
function clustersOf(rows: readonly EvaluatedQuestion[]): RateCluster[] {
  const images = new Map<string, RateCluster>()
  for (const { imageId, score } of rows) {
    const { right, trials } = images.get(imageId) ?? { right: 0, trials: 0 }
    images.set(imageId, { right: right + (score ?? 0), trials: trials + 1 })
  }
  return [...images.values()]
}

/** Collapse of each method that was asked with demonstrations; entropy is judged against `reference` where it is among them. */
export function collapseTable(rows: readonly EvaluatedQuestion[], reference: MethodName): MethodCollapse[] {
  const columns = columnsOf(rows).filter(({ shots }) => shots > 0)
  const sequencesOf = ({ rows: column }: Column): string[][] =>
    // The first pick is next to the question.
    column.map((row) => [...row.demonstrations].reverse())
  return columns.map((column) => {
    const known = columns.find(({ method, shots }) => method === reference && shots === column.shots)
    const entropy = known === undefined ? undefined : detectCollapse(sequencesOf(known)).firstPickEntropy
    return { method: column.method, shots: column.shots, collapse: detectCollapse(sequencesOf(column), entropy) }
  })
}

/**
 * A method against a baseline on the questions that both could be scored on. A baseline without demonstrations is
 * compared with every number of shots.
 * @returns null where they have no number of shots in common.
 */
export function methodDifference(
  rows: readonly EvaluatedQuestion[],
  { method, baseline, key }: { readonly method: MethodName; readonly baseline: MethodName; readonly key: RandomKey },
): MethodDifference | null {
  const columns = columnsOf(rows)
  const own = columns.filter((column) => column.method === method)
  const others = columns.filter((column) => column.method === baseline)
  const shotless = others.find(({ shots }) => shots === 0)
  const pairs = own.flatMap((column) => {
    const other = others.find(({ shots }) => shots === column.shots) ?? shotless
    const pair = other === undefined ? null : pairUp(column.rows, other.rows)
    return pair === null ? [] : [{ shots: column.shots, pair }]
  })
  if (pairs.length === 0) return null
  const compared = comparePaired(
    pairs.map(({ shots, pair }) => ({ name: String(shots), ...pair })),
    { key: [...key, method, baseline] },
  )
  return { method, baseline, byShots: compared.map((row, i) => ({ ...row, shots: pairs[i]?.shots as number })) }
}

/** The scores of the questions that both have; null for none. */
export function pairUp(
  a: readonly EvaluatedQuestion[],
  b: readonly EvaluatedQuestion[],
): { a: number[]; b: number[]; clusters: string[] } | null {
  const scoresOfB = new Map(b.map((row) => [row.questionId, row.score]))
  const pairs = a.flatMap((row) => {
    const other = scoresOfB.get(row.questionId)
    if (row.score === null || other === null || other === undefined) return []
    return [{ a: row.score, b: other, cluster: row.imageId }]
  })
  if (pairs.length === 0) return null
  return { a: pairs.map((p) => p.a), b: pairs.map((p) => p.b), clusters: pairs.map((p) => p.cluster) }
}

/** In the order in which they first appear. */
export function columnsOf(rows: readonly EvaluatedQuestion[]): Column[] {
  const columns = new Map<string, { method: MethodName; shots: number; rows: EvaluatedQuestion[] }>()
  for (const row of rows) {
    const key = JSON.stringify([row.method, row.shots])
    const column = columns.get(key) ?? { method: row.method, shots: row.shots, rows: [] }
    column.rows.push(row)
    columns.set(key, column)
  }
  return [...columns.values()]
}
