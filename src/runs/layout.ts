/**
 * The tables of the journal, and how an older journal becomes one of today. Opening a run for writing brings it up to
 * date in one transaction; opened for reading it is read as it is.
 */
import { importRollouts } from './older/older-rollouts.ts'
import { writeRollout } from './rollouts.ts'
import type { Statements } from './statements.ts'

export const layoutVersion = 4

const first = `
CREATE TABLE calls (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, purpose TEXT NOT NULL, is_failed INTEGER NOT NULL,
  attempts INTEGER NOT NULL, failed_attempts TEXT NOT NULL, input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL, cost_usd REAL NOT NULL, record TEXT NOT NULL);
CREATE INDEX calls_by_key ON calls (key);
CREATE TABLE rollouts (
  phase TEXT NOT NULL, label TEXT NOT NULL, step INTEGER NOT NULL, position INTEGER NOT NULL,
  rollout INTEGER NOT NULL, problem_id TEXT NOT NULL, record TEXT NOT NULL);
CREATE UNIQUE INDEX rollouts_by_place ON rollouts (phase, label, step, position, rollout);
CREATE TABLE points (
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, label TEXT NOT NULL, step INTEGER NOT NULL,
  record TEXT NOT NULL, line TEXT NOT NULL, UNIQUE (kind, label, step));
CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL);
`

/** Calls with attempts whose tokens are estimated, in a journal without a column for their number. */
export const holdsEstimates = `record LIKE '%"isEstimated":true%'`

/** Calls that have gone out, and how many attempts of a call are estimated. */
const second = `
CREATE TABLE pending_calls (key TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
ALTER TABLE calls ADD COLUMN estimated_attempts INTEGER NOT NULL DEFAULT 0;
UPDATE calls SET estimated_attempts = (
  SELECT count(*) FROM json_each(record, '$.attempts') WHERE json_extract(value, '$.isEstimated'))
WHERE ${holdsEstimates};
`

/** Steps and evaluations are events too (`event-log.ts`); when those of before were made is not known. */
const third = `
INSERT INTO events (at, kind, data) SELECT '', kind, json_object('record', json(record)) FROM points ORDER BY id;
`

/** What a list needs of a rollout, apart from its contents, and these apart from its tokens. */
const fourth = `
ALTER TABLE rollouts RENAME TO older_rollouts;
DROP INDEX rollouts_by_place;
CREATE TABLE rollouts (
  id INTEGER PRIMARY KEY, phase TEXT NOT NULL, label TEXT NOT NULL, step INTEGER NOT NULL, position INTEGER NOT NULL,
  rollout INTEGER NOT NULL, problem_id TEXT NOT NULL, digest TEXT NOT NULL);
CREATE UNIQUE INDEX rollouts_by_place ON rollouts (phase, label, step, position, rollout);
CREATE TABLE rollout_contents (
  id INTEGER PRIMARY KEY, content TEXT NOT NULL, prompt BLOB NOT NULL, tokens BLOB NOT NULL, logprobs BLOB NOT NULL);
`

function splitRollouts(statements: Statements): void {
  statements.database.exec(fourth)
  importRollouts(statements.database, 'older_rollouts', (rollout) => writeRollout(statements, rollout))
  statements.database.exec('DROP TABLE older_rollouts')
}

const run =
  (sql: string) =>
  ({ database }: Statements): void =>
    database.exec(sql)

/** The n-th leads from layout n to n + 1. */
const changes: readonly ((statements: Statements) => void)[] = [run(first), run(second), run(third), splitRollouts]

export function bringUpToDate(statements: Statements): void {
  if (statements.version >= layoutVersion) return
  statements.together('the journal in its new layout', () => {
    for (const change of changes.slice(statements.version)) change(statements)
    statements.database.exec(`PRAGMA user_version = ${layoutVersion}`)
  })
}
