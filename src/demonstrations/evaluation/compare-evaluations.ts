/** Two evaluations side by side: refused unless they asked the same, else compared by number of shots. */
import { BatonError } from '../../core/failure.ts'
import { comparePaired, type PairedComparison } from '../../core/paired-comparison.ts'
import { columnsOf, pairUp } from './accuracy-table.ts'
import type { StoredEvaluation } from './evaluation-files.ts'
import type { EvaluationIdentity } from './evaluation-record.ts'

export interface EvaluationComparison {
  readonly methodA: string
  readonly methodB: string
  readonly rows: readonly (PairedComparison & { readonly shots: number })[]
  /** Questions that one of the two could not be scored on, by number of shots: left out of the row. */
  readonly leftOut: readonly number[]
}

export interface ComparedMethods {
  /** Default: the method that each evaluation is about. */
  readonly methodA?: string
  readonly methodB?: string
}

/** @throws BatonError where questions, profile, pool or model differ, or there is nothing in common. */
export function compareEvaluations(
  a: StoredEvaluation,
  b: StoredEvaluation,
  options: ComparedMethods = {},
): EvaluationComparison {
  refuseUnlike(a, b)
  const methodA = options.methodA ?? a.method
  const methodB = options.methodB ?? b.method
  const columnsA = columnsOf(a.rows).filter(({ method }) => method === methodA)
  const columnsB = columnsOf(b.rows).filter(({ method }) => method === methodB)
  refuseMissing(a, methodA, columnsA.length)
  refuseMissing(b, methodB, columnsB.length)
  const pairs = columnsA.flatMap((column) => {
    const other = columnsB.find(({ shots }) => shots === column.shots)
    const scores = other === undefined ? null : pairUp(column.rows, other.rows)
    return scores === null ? [] : [{ shots: column.shots, scores, asked: column.rows.length }]
  })
  if (pairs.length === 0) {
    const list = (columns: typeof columnsA): string => columns.map(({ shots }) => shots).join(', ')
    throw refusal(
      'no-common-shots',
      `${a.folder} was asked with ${list(columnsA)} shots, ${b.folder} with ${list(columnsB)}.`,
      'Evaluate both with the same --shots.',
    )
  }
  const rows = comparePaired(
    pairs.map(({ shots, scores }) => ({ name: String(shots), ...scores })),
    { key: ['compare', a.identity.questionsHash] },
  )
  return {
    methodA,
    methodB,
    rows: rows.map((row, i) => ({ ...row, shots: pairs[i]?.shots as number })),
    leftOut: pairs.map(({ asked, scores }) => asked - scores.a.length),
  }
}

const comparedFields: readonly (readonly [keyof EvaluationIdentity, string])[] = [
  ['questionsHash', 'questions'],
  ['profileHash', 'evaluation profile'],
  ['poolHash', 'pool'],
  ['model', 'answering model'],
]

function refuseUnlike(a: StoredEvaluation, b: StoredEvaluation): void {
  const differing = comparedFields.filter(([key]) => a.identity[key] !== b.identity[key])
  if (differing.length === 0) return
  const detail = differing.map(([key, name]) => {
    const [left, right] = [a, b].map(({ identity }) => {
      if (key === 'questionsHash') return `${identity.questionCount} questions, ${short(identity.questionsHash)}`
      if (key === 'profileHash') return `${identity.profileName}, ${short(identity.profileHash)}`
      return short(String(identity[key]))
    })
    return `${name} (${left} against ${right})`
  })
  throw refusal(
    'unlike-evaluations',
    `${a.folder} and ${b.folder} cannot be compared: they differ in ${detail.join('; ')}.`,
    'Evaluate both on the same questions with the same profile, pool and model: a difference would come from those too.',
  )
}

function refuseMissing(evaluation: StoredEvaluation, method: string, columns: number): void {
  if (columns > 0) return
  const names = [...new Set(evaluation.rows.map((row) => row.method))].join(', ')
  throw refusal(
    'no-such-method',
    `${evaluation.folder} has no method "${method}".`,
    `It has: ${names}. Choose with --method.`,
  )
}

/** Hashes are shortened to their first characters; names are kept whole. */
function short(value: string): string {
  return /^[0-9a-f]{32,}$/.test(value) ? value.slice(0, 12) : value
}

function refusal(code: string, message: string, hint: string): BatonError {
  return new BatonError(message, { boundary: 'runs', code, hint })
}
