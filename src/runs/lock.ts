/**
 * One writer a run. The lock is an exclusive SQLite transaction on an empty file, held while the run is open: the
 * operating system lets go of it when the process ends in any way, so a dead writer's lock is never in the way.
 * `run.owner.json` beside it says who holds it, for messages only. (No other code may open `run.lock`: closing it
 * anywhere in the process would drop the lock.)
 */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { runError } from './failures.ts'
import { writeWhole } from './files.ts'

interface LockOwner {
  readonly pid: number
  readonly startedAt: string
}

export interface RunLock {
  /** The writer before, when it ended without letting go (killed, crashed); null after a clean end. */
  readonly deadOwner: LockOwner | null
  release(): void
}

export function acquireLock(folder: string, now: () => Date): RunLock {
  const ownerPath = join(folder, 'run.owner.json')
  // `isLocked` in another process holds the lock for a moment: wait that out.
  const lock = openExclusively(join(folder, 'run.lock'), 200)
  const owner = readOwner(ownerPath)
  if (lock === null) {
    const who = owner === null ? 'another process' : `process ${owner.pid}, since ${owner.startedAt}`
    throw runError(
      'run-locked',
      `the run ${folder} is being written by ${who}.`,
      'Wait for it, or stop it; to start beside it, give the new run another name.',
    )
  }
  const mine: LockOwner = { pid: process.pid, startedAt: now().toISOString() }
  writeWhole(ownerPath, `${JSON.stringify(mine)}\n`)
  return {
    deadOwner: owner,
    release: () => {
      rmSync(ownerPath, { force: true })
      lock.close()
    },
  }
}

/** Whether some process holds the run's lock now. Writes nothing: the folder may be read-only. */
export function isLocked(folder: string): boolean {
  const path = join(folder, 'run.lock')
  if (!existsSync(join(folder, 'run.owner.json')) || !existsSync(path)) return false
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    database.prepare('SELECT count(*) FROM sqlite_schema').get()
    return false
  } catch (error) {
    if (isBusy(error)) return true
    throw error
  } finally {
    database.close()
  }
}

function openExclusively(path: string, timeoutMs: number): DatabaseSync | null {
  const database = new DatabaseSync(path, { timeout: timeoutMs })
  try {
    database.exec('PRAGMA journal_mode = MEMORY')
    database.exec('BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database.close()
    if (isBusy(error)) return null
    throw error
  }
}

function isBusy(error: unknown): boolean {
  const sqliteBusy = 5
  return (error as { errcode?: number }).errcode === sqliteBusy
}

function readOwner(path: string): LockOwner | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LockOwner
  } catch {
    return null
  }
}
