/** What the LLM calls of a run came to, by purpose; every attempt counts, those of failed calls too. */
import type { Statements } from './journal.ts'

export interface CallTotals {
  readonly calls: number
  /** Calls whose last attempt failed. */
  readonly failedCalls: number
  readonly attempts: number
  /** Attempts that failed, by kind. */
  readonly failures: Readonly<Record<string, number>>
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number
}

/** @returns one entry a purpose, sorted by name. */
export function readCallTotals(statements: Statements): Record<string, CallTotals> {
  const failures = new Map<string, Record<string, number>>()
  const failureRows = statements.all(
    `SELECT purpose, value AS kind, count(*) AS number FROM calls, json_each(calls.failed_attempts)
     WHERE failed_attempts <> '[]' GROUP BY purpose, value ORDER BY purpose, value`,
  )
  for (const row of failureRows) {
    const purpose = row.purpose as string
    failures.set(purpose, { ...failures.get(purpose), [row.kind as string]: row.number as number })
  }
  const rows = statements.all(
    `SELECT purpose, count(*) AS calls, sum(is_failed) AS failed, sum(attempts) AS attempts,
       sum(input_tokens) AS input, sum(output_tokens) AS output, sum(cost_usd) AS cost
     FROM calls GROUP BY purpose ORDER BY purpose`,
  )
  return Object.fromEntries(
    rows.map((row) => [
      row.purpose as string,
      {
        calls: row.calls as number,
        failedCalls: row.failed as number,
        attempts: row.attempts as number,
        failures: failures.get(row.purpose as string) ?? {},
        inputTokens: row.input as number,
        outputTokens: row.output as number,
        costUsd: row.cost as number,
      },
    ]),
  )
}

export function readSpentUsd(statements: Statements): number {
  return statements.get('SELECT coalesce(sum(cost_usd), 0.0) AS cost FROM calls')?.cost as number
}
