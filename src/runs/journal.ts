/**
 * The journal: one SQLite database a run, in WAL mode. Every write is one transaction, given to the operating system
 * before the call returns: a killed process loses nothing. Steps and evaluations are also forced to the disk, and with
 * them all that was written before; a crash of the whole machine can lose what came after the last of them.
 *
 * Calls are appended, never replaced: a call that failed and was made again counts twice in the totals, as it was paid.
 * One that has gone out is pending until it has ended: should the process die first, it is in the accounts all the same.
 */
import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import type {
  CallRecord,
  EvaluationRecord,
  PendingCall,
  RolloutPlace,
  RolloutRecord,
  StepRecord,
} from '../core/records.ts'
import { runError, writeFailed } from './failures.ts'
import { bringUpToDate, layoutVersion } from './layout.ts'
import { evaluationMetricLine, stepLine } from './metric-lines.ts'

/** Opens (or, for a writer, makes) the journal at `path`. */
export function openJournal(path: string, access: 'read' | 'write'): DatabaseSync {
  try {
    const database = access === 'write' ? new DatabaseSync(path, { timeout: 5000 }) : openForReading(path)
    if (versionOf(database) > layoutVersion) {
      database.close()
      throw runError('journal-too-new', `${path} was written by a newer Baton.`, 'Open it with that version.')
    }
    if (access === 'write') {
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
      bringUpToDate(database)
    }
    return database
  } catch (error) {
    if (error instanceof Error && error.name === 'BatonError') throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw runError(
      'journal-unreadable',
      `${path} could not be opened: ${reason}.`,
      'Is this the folder of a run?',
      error,
    )
  }
}

function versionOf(database: DatabaseSync): number {
  return (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version
}

/** A live journal is read beside its writer; one in a folder that cannot be written is read as it lies there. */
function openForReading(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 })
  try {
    database.prepare('SELECT count(*) FROM points').get()
    return database
  } catch (error) {
    database.close()
    // A reader in WAL mode makes files beside the journal: read-only (8) or cannot open (14) where it may not.
    const code = (error as { errcode?: number }).errcode
    if (code === undefined || ![8, 14].includes(code & 0xff)) throw error
    return existsSync(`${path}-wal`) ? openCopy(path) : openAsItLies(path)
  }
}

function openAsItLies(path: string): DatabaseSync {
  const url = pathToFileURL(path)
  url.searchParams.set('immutable', '1')
  return new DatabaseSync(url, { readOnly: true })
}

/** What a killed writer left beside the journal of a read-only folder is merged in a copy, which is gone once it is open. */
function openCopy(path: string): DatabaseSync {
  const folder = mkdtempSync(join(tmpdir(), 'baton-journal-'))
  try {
    const copy = join(folder, 'journal.sqlite')
    for (const end of ['', '-wal']) {
      copyFileSync(path + end, copy + end)
      chmodSync(copy + end, 0o600)
    }
    const merged = new DatabaseSync(copy)
    merged.exec('PRAGMA journal_mode = DELETE')
    merged.close()
    return openAsItLies(copy)
  } finally {
    // Windows keeps what is open; its folder of temporary files is swept by the system.
    if (process.platform !== 'win32') rmSync(folder, { recursive: true, force: true })
  }
}

/** What a read or write of the journal needs: each statement is prepared once. */
export class Statements {
  readonly database: DatabaseSync
  /** Of the layout; a reader may meet an older one. */
  readonly version: number
  readonly #prepared = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.database = database
    this.version = versionOf(database)
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

  /** All of `body` or nothing of it. */
  together(what: string, body: () => void): void {
    this.assertOpen()
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

/** Input/output error, damaged, no database, or a record that is no JSON. */
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

/** With it the call is no longer pending. */
export function writeCall(statements: Statements, record: CallRecord): void {
  statements.together('an LLM call', () => {
    statements.write('an LLM call', 'DELETE FROM pending_calls WHERE key = ?', record.key)
    insertCall(statements, record)
  })
}

function insertCall(statements: Statements, record: CallRecord): void {
  const failures = record.attempts.flatMap((attempt) => (attempt.failure === null ? [] : [attempt.failure]))
  statements.write(
    'an LLM call',
    `INSERT INTO calls (key, purpose, is_failed, attempts, failed_attempts, estimated_attempts, input_tokens,
       output_tokens, cost_usd, record)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    record.key,
    record.purpose,
    record.failure === null ? 0 : 1,
    record.attempts.length,
    JSON.stringify(failures),
    record.attempts.filter((attempt) => attempt.isEstimated === true).length,
    record.inputTokens,
    record.outputTokens,
    record.costUsd,
    JSON.stringify(record),
  )
}

export function readCall(statements: Statements, key: string): CallRecord | undefined {
  const row = statements.get('SELECT record FROM calls WHERE key = ? ORDER BY is_failed, id DESC LIMIT 1', key)
  return row === undefined ? undefined : statements.parsed<CallRecord>(row.record)
}

/** Replaces what was said of the call before. */
export function writePendingCall(statements: Statements, call: PendingCall): void {
  const sql = 'INSERT OR REPLACE INTO pending_calls (key, record) VALUES (?, ?)'
  statements.write('an LLM call', sql, call.key, JSON.stringify(call))
}

/** A rollout recorded again at its place replaces the one before. */
export function writeRollout(statements: Statements, record: RolloutRecord): void {
  statements.write(
    'a rollout',
    'INSERT OR REPLACE INTO rollouts (phase, label, step, position, rollout, problem_id, record) VALUES (?, ?, ?, ?, ?, ?, ?)',
    record.phase,
    record.label,
    record.step,
    record.position,
    record.rollout,
    record.problemId,
    JSON.stringify(record),
  )
}

export function readRollout(statements: Statements, place: RolloutPlace): RolloutRecord | undefined {
  const row = statements.get(
    'SELECT record FROM rollouts WHERE phase = ? AND label = ? AND step = ? AND position = ? AND rollout = ?',
    place.phase,
    place.label,
    place.step,
    place.position,
    place.rollout,
  )
  return row === undefined ? undefined : statements.parsed<RolloutRecord>(row.record)
}

/** @returns the line that belongs at the end of `metrics.jsonl`. */
export function writeStep(statements: Statements, record: StepRecord): string {
  const line = stepLine(record)
  const sql = "INSERT INTO points (kind, label, step, record, line) VALUES ('step', '', ?, ?, ?)"
  statements.write('a step', sql, record.step, JSON.stringify(record), line)
  return line
}

/** An evaluation recorded again under its label and step replaces the one before and keeps its place. */
export function writeEvaluation(statements: Statements, record: EvaluationRecord): void {
  statements.write(
    'an evaluation',
    `INSERT INTO points (kind, label, step, record, line) VALUES ('evaluation', ?, ?, ?, ?)
     ON CONFLICT (kind, label, step) DO UPDATE SET record = excluded.record, line = excluded.line`,
    record.label,
    record.step,
    JSON.stringify(record),
    evaluationMetricLine(record),
  )
}

/** Where an evaluation was recorded and the label that it gets. */
export interface EvaluationRename {
  readonly from: string
  readonly to: string
  readonly step: number
}

/**
 * The evaluation's record and its rollouts under another label. Rollouts of an abandoned evaluation that are still under
 * the new label make way.
 * @param complete fills in what records of older journals lack.
 */
export function renameEvaluation(
  statements: Statements,
  { from, to, step }: EvaluationRename,
  complete: (record: EvaluationRecord) => EvaluationRecord,
): void {
  const what = `the evaluation ${from}`
  statements.write(what, "DELETE FROM rollouts WHERE phase = 'evaluation' AND label = ? AND step = ?", to, step)
  statements.write(
    what,
    "UPDATE rollouts SET label = ?, record = json_set(record, '$.label', ?) WHERE phase = 'evaluation' AND label = ? AND step = ?",
    to,
    to,
    from,
    step,
  )
  const row = statements.get(
    "SELECT record FROM points WHERE kind = 'evaluation' AND label = ? AND step = ?",
    from,
    step,
  )
  if (row === undefined) return
  const record = { ...complete(statements.parsed<EvaluationRecord>(row.record)), label: to }
  statements.write(
    what,
    "UPDATE points SET label = ?, record = ?, line = ? WHERE kind = 'evaluation' AND label = ? AND step = ?",
    to,
    JSON.stringify(record),
    evaluationMetricLine(record),
    from,
    step,
  )
}

/** Steps or evaluations in the order in which they were recorded; null (NaN, Infinity) comes back as NaN. */
export function readPoints<T extends StepRecord | EvaluationRecord>(
  statements: Statements,
  kind: 'step' | 'evaluation',
): T[] {
  return statements.all('SELECT record FROM points WHERE kind = ? ORDER BY id', kind).map((row) => {
    const record = statements.parsed<T>(row.record)
    const metrics = Object.entries(record.metrics as Record<string, number | null>)
    return { ...record, metrics: Object.fromEntries(metrics.map(([name, value]) => [name, value ?? Number.NaN])) }
  })
}

/** The whole text that `metrics.jsonl` must have. */
export function metricsText(statements: Statements): string {
  return statements
    .all('SELECT line FROM points ORDER BY id')
    .map((row) => row.line as string)
    .join('')
}
