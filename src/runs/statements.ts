/** The journal's database, as everything that reads or writes it uses it. */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { runError, writeFailed } from './failures.ts'

/** What a read or write of the journal needs: each statement is prepared once. */
export class Statements {
  readonly database: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.database = database
  }

  /** Of the layout. A reader may meet an older one, which a writer beside it brings up to date. */
  get version(): number {
    return this.get('PRAGMA user_version')?.['user_version'] as number
  }

  get(sql: string, ...values: SQLInputValue[]): Record<string, unknown> | undefined {
    return this.#reading(() => this.#prepare(sql).get(...values)) as Record<string, unknown> | undefined
  }

  all(sql: string, ...values: SQLInputValue[]): Record<string, unknown>[] {
    return this.#reading(() => this.#prepare(sql).all(...values)) as Record<string, unknown>[]
  }

  /** @throws BatonError once the journal is closed. */
  assertOpen(): void {
    if (this.database.isOpen) return
    throw runError(
      'closed',
      'the run is closed: nothing more is read or recorded.',
      'Open it again with openRun or readRun.',
    )
  }

  /** A record as it was written. */
  parsed<T>(text: unknown): T {
    return this.#reading(() => JSON.parse(text as string) as T)
  }

  /** What a damaged file does to a read becomes a BatonError. */
  #reading<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      if (!isDamage(error)) throw error
      const path = this.database.location() ?? 'the journal'
      throw runError(
        'journal-damaged',
        `${path} is damaged: ${error.message}.`,
        `Bring it back from a copy, or save what is whole: sqlite3 ${path} .recover`,
        error,
      )
    }
  }

  /** A write; what the disk refuses becomes a BatonError. @returns the id of the row, where one was inserted. */
  write(what: string, sql: string, ...values: SQLInputValue[]): number {
    try {
      return Number(this.#prepare(sql).run(...values).lastInsertRowid)
    } catch (error) {
      throw isRefusedByDisk(error) ? writeFailed(`${what} (${this.database.location()})`, error) : error
    }
  }

  /** All of `body` or nothing of it; within a transaction that is open already, a part of that one. */
  together(what: string, body: () => void): void {
    this.assertOpen()
    if (this.database.isTransaction) {
      body()
      return
    }
    try {
      this.#prepare('BEGIN IMMEDIATE').run()
      body()
      this.#prepare('COMMIT').run()
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK')
      throw isRefusedByDisk(error) ? writeFailed(what, error) : error
    }
  }

  /** All of `body` or nothing of it, on the disk when it returns. */
  durably(what: string, body: () => void): void {
    this.assertOpen()
    this.database.exec('PRAGMA synchronous = FULL')
    try {
      this.together(what, body)
    } finally {
      this.database.exec('PRAGMA synchronous = NORMAL')
    }
  }

  #prepare(sql: string): StatementSync {
    this.assertOpen()
    const known = this.#prepared.get(sql)
    if (known !== undefined) return known
    const statement = this.database.prepare(sql)
    this.#prepared.set(sql, statement)
    return statement
  }
}

/** Input/output error, damaged, no database, or a record that is not JSON. */
function isDamage(error: unknown): error is Error {
  if (error instanceof SyntaxError) return true
  const { errcode, message } = error as { errcode?: number; message?: string }
  return errcode !== undefined && ([10, 11, 26].includes(errcode & 0xff) || message === 'malformed JSON')
}

/** Busy, read-only, input/output error, damaged, full, cannot open: not a programmer's mistake. */
function isRefusedByDisk(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode
  return code !== undefined && [5, 8, 10, 11, 13, 14].includes(code & 0xff)
}

/** Of the layout (`layout.ts`). */
export function versionOf(database: DatabaseSync): number {
  return (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version
}
