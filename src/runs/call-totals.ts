/**
 * What the LLM calls of a run came to, by purpose; every attempt counts, those of failed calls too. Calls that are in
 * flight, or were when their process died, count as the most that they can use.
 */
import type { CallAttempt, CallRecord } from '../core/records.ts'
import { holdsEstimates } from './layout.ts'
import { interruptedCall, readPendingCalls } from './pending-calls.ts'
import type { Statements } from './statements.ts'

export interface Spending {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number
}

export interface CallTotals extends Spending {
  readonly calls: number
  /** Calls whose last attempt failed. */
  readonly failedCalls: number
  readonly attempts: number
  /** Attempts that failed, by kind. */
  readonly failures: Readonly<Record<string, number>>
  /** Of the above, what no server reported: attempts that were cut short, and answers without usage. */
  readonly estimated: Spending & { readonly attempts: number }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends number ? T[K] : Mutable<T[K]> }

const nothing = { inputTokens: 0, outputTokens: 0, costUsd: 0 }

/** @returns one entry a purpose, sorted by name. */
export function readCallTotals(statements: Statements): Record<string, CallTotals> {
  const totals = new Map<string, Mutable<CallTotals>>()
  const rows = statements.all(
    `SELECT purpose, count(*) AS calls, sum(is_failed) AS failed, sum(attempts) AS attempts,
       sum(input_tokens) AS input, sum(output_tokens) AS output, sum(cost_usd) AS cost
     FROM calls GROUP BY purpose ORDER BY purpose`,
  )
  for (const row of rows) {
    totals.set(row.purpose as string, {
      calls: row.calls as number,
      failedCalls: row.failed as number,
      attempts: row.attempts as number,
      failures: {},
      inputTokens: row.input as number,
      outputTokens: row.output as number,
      costUsd: row.cost as number,
      estimated: { attempts: 0, ...nothing },
    })
  }
  addFailures(statements, totals)
  addEstimates(statements, totals)
  for (const call of readPendingCalls(statements)) addPending(totals, interruptedCall(call))
  return Object.fromEntries([...totals].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function addFailures(statements: Statements, totals: ReadonlyMap<string, Mutable<CallTotals>>): void {
  const rows = statements.all(
    `SELECT purpose, value AS kind, count(*) AS number FROM calls, json_each(calls.failed_attempts)
     WHERE failed_attempts <> '[]' GROUP BY purpose, value ORDER BY purpose, value`,
  )
  for (const row of rows) {
    const of = totals.get(row.purpose as string)
    if (of !== undefined) of.failures[row.kind as string] = row.number as number
  }
}

function addEstimates(statements: Statements, totals: ReadonlyMap<string, Mutable<CallTotals>>): void {
  const rows = statements.all(
    `SELECT purpose, count(*) AS attempts, sum(json_extract(value, '$.inputTokens')) AS input,
       sum(json_extract(value, '$.outputTokens')) AS output, sum(json_extract(value, '$.costUsd')) AS cost
     FROM calls, json_each(calls.record, '$.attempts')
     WHERE ${statements.version < 2 ? holdsEstimates : 'estimated_attempts > 0'} AND json_extract(value, '$.isEstimated')
     GROUP BY purpose`,
  )
  for (const row of rows) {
    const of = totals.get(row.purpose as string)
    if (of === undefined) continue
    of.estimated.attempts = row.attempts as number
    of.estimated.inputTokens = row.input as number
    of.estimated.outputTokens = row.output as number
    of.estimated.costUsd = row.cost as number
  }
}

function addPending(totals: Map<string, Mutable<CallTotals>>, call: CallRecord): void {
  const none = { attempts: 0, ...nothing }
  const of: Mutable<CallTotals> = totals.get(call.purpose) ?? {
    calls: 0,
    failedCalls: 0,
    failures: {},
    ...none,
    estimated: { ...none },
  }
  totals.set(call.purpose, of)
  of.calls += 1
  of.failedCalls += 1
  of.attempts += call.attempts.length
  add(of, call)
  for (const attempt of call.attempts) {
    if (attempt.failure !== null) of.failures[attempt.failure] = (of.failures[attempt.failure] ?? 0) + 1
    if (attempt.isEstimated !== true) continue
    of.estimated.attempts += 1
    add(of.estimated, attempt)
  }
}

function add(to: Mutable<Spending>, what: CallAttempt | CallRecord): void {
  to.inputTokens += what.inputTokens
  to.outputTokens += what.outputTokens
  to.costUsd += what.costUsd
}

export function readSpentUsd(statements: Statements): number {
  const settled = statements.get('SELECT coalesce(sum(cost_usd), 0.0) AS cost FROM calls')?.cost as number
  return readPendingCalls(statements).reduce((sum, call) => sum + interruptedCall(call).costUsd, settled)
}
