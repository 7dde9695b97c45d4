/**
 * The state of a run. A command that works on a run records `run-begin` before its first paid call and `run-end` on every
 * way out; a run that began and did not end, and that no process holds, was killed.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BatonError } from '../core/failure.ts'
import type { Ending, EventKind, RecordedEvent } from '../core/run-events.ts'
import { isLocked } from './lock.ts'
import type { RunStore } from './run-store.ts'

/** `unknown`: a run of a version that recorded no endings. */
export type RunState = Ending | { readonly state: 'running' | 'killed' | 'unknown' }

/**
 * Does a command's work on a run and records how it ended.
 * @param isInterrupted whether the user asked for a stop at once; what is then thrown is not a failure.
 * @param work returns whether it came to its end; false after a stop that the user asked for.
 */
export async function withEnding(
  store: Pick<RunStore, 'event'>,
  isInterrupted: () => boolean,
  work: () => Promise<boolean>,
): Promise<boolean> {
  store.event({ kind: 'run-begin' })
  let isComplete: boolean
  try {
    isComplete = await work()
  } catch (error) {
    try {
      recordEnding(store, isInterrupted() ? interrupted : endingOf(error))
    } catch {
      // The journal cannot be written (a full disk, say): what went wrong first is what the user must see.
    }
    throw error
  }
  recordEnding(store, isComplete ? { state: 'complete' } : interrupted)
  return isComplete
}

const interrupted: Ending = { state: 'stopped', code: 'interrupted' }

export function recordEnding(store: Pick<RunStore, 'event'>, ending: Ending): void {
  store.event({ kind: 'run-end', ...ending })
}

function endingOf(error: unknown): Ending {
  const message = error instanceof Error ? error.message : String(error)
  if (!(error instanceof BatonError)) return { state: 'failed', code: 'internal', message }
  return error.exitCode === 4 ? { state: 'stopped', code: error.code } : { state: 'failed', code: error.code, message }
}

/** Kinds of events that define the state of a run. */
export const stateKinds = ['run-begin', 'run-end'] as const satisfies readonly EventKind[]

export function runStateOf(folder: string, events: readonly RecordedEvent[]): RunState {
  const last = events.findLast(({ kind }) => kind === 'run-begin' || kind === 'run-end')
  // What other commands do with a run that has ended (a report, an evaluation) does not change how it ended.
  if (last?.kind === 'run-end') {
    const { id: _, at: __, kind: ___, ...ending } = last
    return ending
  }
  if (isLocked(folder)) return { state: 'running' }
  return { state: last !== undefined || existsSync(join(folder, 'run.owner.json')) ? 'killed' : 'unknown' }
}

/** `stopped: budget`, `failed: network`, `running`. */
export function runStateText(state: { readonly state: string; readonly code?: string }): string {
  return state.code === undefined ? state.state : `${state.state}: ${state.code}`
}
