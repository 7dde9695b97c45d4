/** Journals as earlier versions left them, made from one of today. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { storedOutcome } from '../outcomes.ts'
import { readRun } from '../runs.ts'
import { sampledRollouts } from './sampled-rollouts.ts'

/**
 * The journal of a run that no process has open.
 * @param version of the layout, 2 or 3.
 */
export function makeOlder(folder: string, version: 2 | 3): void {
  const run = readRun(folder)
  const rollouts = sampledRollouts(run)
  run.close()
  const database = new DatabaseSync(join(folder, 'journal.sqlite'))
  database.exec(`
    DROP TABLE rollouts;
    DROP TABLE rollout_contents;
    CREATE TABLE rollouts (
      phase TEXT NOT NULL, label TEXT NOT NULL, step INTEGER NOT NULL, position INTEGER NOT NULL,
      rollout INTEGER NOT NULL, problem_id TEXT NOT NULL, record TEXT NOT NULL);
    CREATE UNIQUE INDEX rollouts_by_place ON rollouts (phase, label, step, position, rollout);`)
  const insert = database.prepare('INSERT INTO rollouts VALUES (?, ?, ?, ?, ?, ?, ?)')
  for (const record of rollouts) {
    const { phase, label, step, position, rollout, problemId } = record
    insert.run(
      phase,
      label,
      step,
      position,
      rollout,
      problemId,
      JSON.stringify({ ...record, outcome: storedOutcome(record.outcome) }),
    )
  }
  if (version < 3) database.exec("DELETE FROM events WHERE kind IN ('step', 'evaluation')")
  database.exec(`PRAGMA user_version = ${version}`)
  database.close()
}
