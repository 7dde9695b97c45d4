/**
 * Notes of calls that are about to go out. A call waits for its note, and a note for the end of the turn of the event
 * loop: the calls of one turn share one write, which costs hardly more than that of one call.
 */
import type { PendingCall } from '../core/records.ts'
import { writePendingCall } from './journal.ts'
import type { Statements } from './statements.ts'

export interface CallNotes {
  /** Resolves once the note is written. A later note of a call replaces the one before. */
  add(call: PendingCall): Promise<void>
  /** Writes what waits now. Never throws: waiting callers get the error. */
  write(): void
  /** Whether a note of this call waits. */
  has(key: string): boolean
}

interface Batch extends PromiseWithResolvers<void> {
  readonly notes: Map<string, PendingCall>
}

export function createCallNotes(statements: Statements): CallNotes {
  let batch: Batch | null = null
  const write = (): void => {
    if (batch === null) return
    const { notes, resolve, reject } = batch
    batch = null
    try {
      statements.together('an LLM call', () => {
        for (const note of notes.values()) writePendingCall(statements, note)
      })
      resolve()
    } catch (error) {
      reject(error)
    }
  }
  return {
    add: (call) => {
      if (batch === null) {
        batch = { notes: new Map(), ...Promise.withResolvers<void>() }
        setImmediate(write)
      }
      batch.notes.set(call.key, call)
      return batch.promise
    },
    write,
    has: (key) => batch?.notes.has(key) === true,
  }
}
