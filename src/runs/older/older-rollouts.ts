/** Rollouts of journals before layout 4: one JSON text each, tokens and log-probs in it. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { type Json, type JsonObject, member } from '../../core/json.ts'
import type { RolloutDigest, SampledRollout } from '../../core/records.ts'
import { readOutcome } from '../outcomes.ts'

/** The part of a read that depends on what is asked: `WHERE ... ORDER BY ... LIMIT ...` over the columns of the place. */
export interface Asked {
  readonly clauses: string
  readonly values: readonly SQLInputValue[]
}

type Read = (sql: string, ...values: SQLInputValue[]) => Record<string, unknown>[]

export function readOlderRollouts(all: Read, { clauses, values }: Asked): SampledRollout[] {
  return all(`SELECT record FROM rollouts ${clauses}`, ...values).map(({ record }) => olderRollout(record))
}

function olderRollout(text: unknown): SampledRollout {
  const record = JSON.parse(text as string) as Omit<SampledRollout, 'outcome'> & { readonly outcome: JsonObject }
  return { ...record, outcome: readOutcome(record.outcome) }
}

const fields = ['problemType', 'source', 'difficulty', 'score', 'failures', 'advantage', 'costUsd', 'llmCalls'] as const

export function readOlderDigests(all: Read, { clauses, values }: Asked): RolloutDigest[] {
  const paths = [...fields, 'outcome.outcome', 'outcome.operators'].map((field) => `'$.${field}'`).join(', ')
  const columns = 'phase, label, step, position, rollout, problem_id AS problemId'
  return all(`SELECT ${columns}, json_extract(record, ${paths}) AS fields FROM rollouts ${clauses}`, ...values).map(
    ({ fields: text, ...place }) => {
      const picked = JSON.parse(text as string) as Json[]
      const named = Object.fromEntries(fields.map((field, i) => [field, picked[i]]))
      const [outcome, called] = picked.slice(-2)
      const operators = new Set((Array.isArray(called) ? called : []).map((call) => member(call, 'operator')))
      return { ...place, ...named, outcome: outcome ?? '', operators: [...operators] } as unknown as RolloutDigest
    },
  )
}

/**
 * Hands every rollout of the old table to `write`, which writes into the new ones.
 * @param table where the old rows are.
 */
export function importRollouts(database: DatabaseSync, table: string, write: (rollout: SampledRollout) => void): void {
  for (const { record } of database.prepare(`SELECT record FROM ${table}`).iterate()) {
    write(olderRollout(record))
  }
}
