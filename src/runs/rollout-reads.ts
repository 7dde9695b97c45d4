/** Reading rollouts: whole, or as digests where a list needs neither prompts and tokens nor what the operators said. */
import type { SQLInputValue } from 'node:sqlite'
import type { Json } from '../core/json.ts'
import type { RolloutPlace, RolloutRecord } from '../core/records.ts'
import type { Statements } from './journal.ts'

export interface RolloutFilter extends Partial<RolloutPlace> {
  readonly problemId?: string
}

/** A rollout without its texts and tokens, and with the outcome by name (`answered`, `failed`, ...; '' where it has none). */
export interface RolloutDigest
  extends Pick<
    RolloutRecord,
    | keyof RolloutPlace
    | 'problemId'
    | 'problemType'
    | 'source'
    | 'difficulty'
    | 'score'
    | 'failures'
    | 'advantage'
    | 'costUsd'
    | 'llmCalls'
  > {
  readonly outcome: string
}

const order = 'ORDER BY phase, label, step, position, rollout'

export function readRollouts(statements: Statements, filter: RolloutFilter): RolloutRecord[] {
  const { where, values } = conditions(filter)
  return statements
    .all(`SELECT record FROM rollouts ${where} ${order}`, ...values)
    .map((row) => statements.parsed<RolloutRecord>(row.record))
}

/** The database picks the fields: about a tenth of each record leaves it. */
export function readDigests(statements: Statements, filter: RolloutFilter): RolloutDigest[] {
  const { where, values } = conditions(filter)
  const fields = ['problemType', 'source', 'difficulty', 'score', 'failures', 'advantage', 'costUsd', 'llmCalls']
  const paths = [...fields, 'outcome.outcome'].map((field) => `'$.${field}'`).join(', ')
  const columns = 'phase, label, step, position, rollout, problem_id AS problemId'
  return statements
    .all(`SELECT ${columns}, json_extract(record, ${paths}) AS fields FROM rollouts ${where} ${order}`, ...values)
    .map(({ fields: text, ...place }) => {
      const picked = statements.parsed<Json[]>(text)
      const named = Object.fromEntries(fields.map((field, i) => [field, picked[i]]))
      return { ...place, ...named, outcome: picked.at(-1) ?? '' } as unknown as RolloutDigest
    })
}

function conditions(filter: RolloutFilter): { readonly where: string; readonly values: SQLInputValue[] } {
  const columns: [string, string | number | undefined][] = [
    ['phase', filter.phase],
    ['label', filter.label],
    ['step', filter.step],
    ['position', filter.position],
    ['rollout', filter.rollout],
    ['problem_id', filter.problemId],
  ]
  const given = columns.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]))
  const where = given.length === 0 ? '' : `WHERE ${given.map(({ name }) => `${name} = ?`).join(' AND ')}`
  return { where, values: given.map(({ value }) => value) }
}
