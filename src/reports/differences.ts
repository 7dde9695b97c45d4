/** Differences of evaluations, each with its n and 95 % interval. The unit is the problem, not the sample. */
import { type PairedDifference, pairedDifference } from '../core/paired-tests.ts'
import type { EvaluationOutcome, EvaluationRecord } from '../core/records.ts'

/** A difference overall and by problem type; types without a pair are left out. */
export interface Difference {
  readonly all: PairedDifference
  readonly byType: Readonly<Record<string, PairedDifference>>
}

/** Mean of `a - b` over the problems that both could be scored on; null when there is none. */
export function differenceOf(a: EvaluationRecord, b: EvaluationRecord, types: readonly string[]): Difference | null {
  const all = pairs(a.outcomes, b.outcomes)
  if (all === null) return null
  const byType = types.flatMap((type) => {
    const ofType = (outcomes: readonly EvaluationOutcome[]): EvaluationOutcome[] =>
      outcomes.filter((outcome) => outcome.problemType === type)
    const difference = pairs(ofType(a.outcomes), ofType(b.outcomes))
    return difference === null ? [] : [[type, difference] as const]
  })
  return { all, byType: Object.fromEntries(byType) }
}

function pairs(a: readonly EvaluationOutcome[], b: readonly EvaluationOutcome[]): PairedDifference | null {
  const left = meanByProblem(a)
  const right = meanByProblem(b)
  const shared = [...left.keys()].filter((id) => right.has(id))
  if (shared.length === 0) return null
  return pairedDifference(
    shared.map((id) => left.get(id) as number),
    shared.map((id) => right.get(id) as number),
  )
}

/** Share of right samples of each problem; samples that could not be scored are left out. */
function meanByProblem(outcomes: readonly EvaluationOutcome[]): Map<string, number> {
  const counts = new Map<string, { right: number; all: number }>()
  for (const { problemId, isCorrect } of outcomes) {
    if (isCorrect === null) continue
    const count = counts.get(problemId) ?? { right: 0, all: 0 }
    counts.set(problemId, { right: count.right + (isCorrect ? 1 : 0), all: count.all + 1 })
  }
  return new Map([...counts].map(([id, { right, all }]) => [id, right / all]))
}
