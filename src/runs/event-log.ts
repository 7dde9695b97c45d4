/**
 * The events of a run, append-only, each with a number that is its cursor (docs/decisions/0003-run-events.md). Committed
 * before `record` returns. Steps and evaluations of older journals, which kept no events of them, are events all the
 * same: they come after those that were kept.
 */
import type { Json, JsonObject } from '../core/json.ts'
import type { EvaluationRecord, Metrics } from '../core/records.ts'
import type { EventKind, RecordedEvent, RunEvent, UnknownEvent } from '../core/run-events.ts'
import { fieldsOf, olderNames } from './older/older-events.ts'
import type { Statements } from './statements.ts'

export interface EventQuery {
  readonly kinds?: readonly EventKind[]
  /** At most so many, the oldest. Default: all. */
  readonly limit?: number
}

export type EventListener = (event: RecordedEvent) => void

export interface EventLog {
  /** Appends an event and hands it to the listeners. */
  record(event: RunEvent): void
  /** Appends an event within a transaction of the caller, who announces it once that is committed. */
  append(event: RunEvent): RecordedEvent
  announce(events: readonly RecordedEvent[]): void
  listen(listener: EventListener): void
}

export function createEventLog(statements: Statements, now: () => Date): EventLog {
  const listeners: EventListener[] = []
  const append = (event: RunEvent): RecordedEvent => {
    const { kind, ...fields } = event
    const at = now().toISOString()
    const sql = 'INSERT INTO events (at, kind, data) VALUES (?, ?, ?)'
    const id = statements.write(`an event (${kind})`, sql, at, kind, JSON.stringify(fields))
    return { ...event, id, at }
  }
  const announce = (events: readonly RecordedEvent[]): void => {
    for (const event of events) for (const listener of listeners) listener(event)
  }
  return {
    record: (event) => announce([append(event)]),
    append,
    announce,
    listen: (listener) => {
      listeners.push(listener)
    },
  }
}

/** Of journals that hold every event. */
const kept = 'SELECT id, at, kind, data FROM events'

/**
 * Older journals: what `bringUpToDate` (layout.ts) will append is read as if it had been. Should a writer do so between
 * the look at the version and this, there is nothing left to derive.
 */
const derived = `SELECT * FROM (${kept} UNION ALL
  SELECT (SELECT coalesce(max(id), 0) FROM events) + row_number() OVER (ORDER BY id), '', kind,
    json_object('record', json(record))
  FROM points WHERE (SELECT user_version FROM pragma_user_version) < 3)`

/**
 * Events after the one of that number, oldest first.
 * @param complete fills in what evaluations of older journals lack.
 */
export function readEvents(
  statements: Statements,
  after: number,
  { kinds, limit, complete }: EventQuery & { readonly complete: (record: EvaluationRecord) => EvaluationRecord },
): RecordedEvent[] {
  const names = kinds?.flatMap((kind) => [kind, ...Object.keys(olderNames).filter((name) => olderNames[name] === kind)])
  const rows = statements.all(
    `${statements.version < 3 ? derived : kept} WHERE id > ? ${names === undefined ? '' : 'AND kind IN (SELECT value FROM json_each(?))'} ORDER BY id LIMIT ?`,
    after,
    ...(names === undefined ? [] : [JSON.stringify(names)]),
    limit ?? -1,
  )
  return rows.map((row) => {
    const name = row['kind'] as string
    const data = statements.parsed<Json>(row['data'])
    const at = row['at'] === '' ? null : (row['at'] as string)
    const event = eventOf(name, data)
    const whole = event.kind === 'evaluation' ? { ...event, record: complete(event.record) } : event
    return { ...whole, id: row['id'] as number, at }
  })
}

/** The cursor after which nothing has happened yet. */
export function lastEvent(statements: Statements): number {
  const events = statements.version < 3 ? derived : kept
  return statements.get(`SELECT coalesce(max(id), 0) AS id FROM (${events})`)?.id as number
}

function eventOf(name: string, data: Json): RunEvent | UnknownEvent {
  const kind = olderNames[name] ?? name
  if (!isKnown(kind)) return { kind: 'unknown', name, data }
  const fields = fieldsOf(kind, data)
  const record = fields['record'] as JsonObject | undefined
  const whole =
    record === undefined ? fields : { ...fields, record: { ...record, metrics: numbersOf(record['metrics']) } }
  return { ...whole, kind } as unknown as RunEvent
}

/** JSON has no NaN and no Infinity: null comes back as NaN. */
function numbersOf(metrics: Json | undefined): Metrics {
  const entries = Object.entries((metrics ?? {}) as Record<string, number | null>)
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? Number.NaN]))
}

const known: Readonly<Record<EventKind, true>> = {
  'run-begin': true,
  'run-end': true,
  config: true,
  recovered: true,
  'interrupted-calls': true,
  rewind: true,
  resume: true,
  rollout: true,
  step: true,
  evaluation: true,
  'evaluation-rename': true,
  checkpoint: true,
  forecast: true,
  finding: true,
  'fixed-workflows': true,
  rewards: true,
  'judge-trial': true,
  'judge-calibration': true,
  waiting: true,
  notice: true,
  collected: true,
}

function isKnown(kind: string): kind is EventKind {
  return Object.hasOwn(known, kind)
}
