/**
 * Calls that were in flight when their writer ended without seeing them end. The server has worked on them, so they count
 * once, as an estimate of the most that they can have used; the call itself is made again when it is asked for again.
 */
import type { CallRecord, PendingCall } from '../core/records.ts'
import { writeCall } from './journal.ts'
import type { Statements } from './statements.ts'

/** None in a journal of the first layout. */
export function readPendingCalls(statements: Statements): PendingCall[] {
  if (statements.version < 2) return []
  return statements
    .all('SELECT record FROM pending_calls ORDER BY key')
    .map((row) => JSON.parse(row.record as string) as PendingCall)
}

/** Records every pending call as interrupted. For the writer alone, before its own calls. @returns the records. */
export function settlePendingCalls(statements: Statements): CallRecord[] {
  const records = readPendingCalls(statements).map(interruptedCall)
  for (const record of records) writeCall(statements, record)
  return records
}

export function interruptedCall({ boundary, attempts, ...call }: PendingCall): CallRecord {
  const sum = (of: (attempt: PendingCall['attempts'][number]) => number): number =>
    attempts.reduce((total, attempt) => total + of(attempt), 0)
  return {
    ...call,
    request: null,
    response: null,
    failure: { boundary, code: 'interrupted', message: 'the process ended while the call was in flight' },
    attempts,
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    costUsd: sum(({ costUsd }) => costUsd),
  }
}
