/** What is read of a run: everything that shows something reads through it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { parse } from 'yaml'
import type { JsonObject } from '../core/json.ts'
import type {
  CallRecord,
  EvaluationRecord,
  RolloutDigest,
  RolloutPlace,
  RolloutRecord,
  SampledRollout,
  StepRecord,
} from '../core/records.ts'
import type { ConfigVersion, RecordedEvent } from '../core/run-events.ts'
import { type CallTotals, readCallTotals, readSpentUsd } from './call-totals.ts'
import { type CheckpointStore, createCheckpoints } from './checkpoints.ts'
import { heldVersions, historyKinds } from './config-history.ts'
import { type EventQuery, lastEvent, readEvents } from './event-log.ts'
import { runError } from './failures.ts'
import { readCall, readPoints } from './journal.ts'
import type { RunManifest } from './manifest.ts'
import { completeEvaluation } from './older/older-evaluations.ts'
import {
  type FoundRollouts,
  type RolloutFacets,
  type RolloutSearch,
  readFacets,
  type SearchPage,
  searchRollouts,
} from './rollout-search.ts'
import { type RolloutFilter, type RolloutPage, readDigests, readRollout, readRollouts } from './rollouts.ts'
import { Statements } from './statements.ts'

/** What can be read of a run, while it is being written too. */
export interface RunReader {
  readonly folder: string
  readonly name: string
  readonly manifest: RunManifest
  /** The resolved configuration as saved in `config.yaml`. */
  readonly config: JsonObject
  steps(): StepRecord[]
  /** Number of the last recorded step; 0 before the first. */
  lastStep(): number
  evaluations(): EvaluationRecord[]
  /** In the order of phase, label, step, position, rollout. */
  rollouts(filter?: RolloutFilter, page?: RolloutPage): RolloutRecord[]
  /** The same without texts and outcomes: for lists of many. */
  rolloutDigests(filter?: RolloutFilter, page?: RolloutPage): RolloutDigest[]
  /** Those that fit, in the order asked for (default: newest step first). */
  searchRollouts(search: RolloutSearch, page: SearchPage): FoundRollouts
  /** What there is to search for. */
  rolloutFacets(of: Pick<RolloutSearch, 'phase' | 'label'>): RolloutFacets
  /** With its tokens and log-probs, bit for bit. */
  findRollout(place: RolloutPlace): SampledRollout | undefined
  /** The call of that key: answered rather than failed, the newest of several. */
  findCall(key: string): CallRecord | undefined
  /** By purpose, sorted by name. */
  callTotals(): Record<string, CallTotals>
  /** Dollars of all calls of the run, over all its attempts. */
  spentUsd(): number
  /**
   * The events after the one of that number, oldest first; all of them after 0. The number of the last one is the cursor to
   * ask with again: nothing is missed and nothing comes twice, even while another process writes.
   */
  since(id: number, query?: EventQuery): RecordedEvent[]
  /** Number of the last event; 0 before the first. */
  lastEvent(): number
  /** The configurations that steps were made with, oldest first; empty for a run of an older version. */
  configHistory(): ConfigVersion[]
  readonly checkpoints: Pick<CheckpointStore, 'latest' | 'check'>
  /** Refuses records and reads of the journal from then on. Closed again, it does nothing. */
  close(): void
}

export function createReader(folder: string, database: DatabaseSync): RunReader {
  const statements = new Statements(database)
  const config = readConfig(join(folder, 'config.yaml'))
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as RunManifest
  const complete = (record: EvaluationRecord): EvaluationRecord => completeEvaluation(record, config)
  const since: RunReader['since'] = (id, query = {}) => readEvents(statements, id, { ...query, complete })
  return {
    folder,
    name: manifest.name,
    manifest,
    config,
    steps: () => readPoints<StepRecord>(statements, 'step'),
    lastStep: () =>
      statements.get("SELECT coalesce(max(step), 0) AS step FROM points WHERE kind = 'step'")?.step as number,
    evaluations: () => readPoints<EvaluationRecord>(statements, 'evaluation').map(complete),
    rollouts: (filter = {}, page = {}) => readRollouts(statements, filter, page),
    rolloutDigests: (filter = {}, page = {}) => readDigests(statements, filter, page),
    searchRollouts: (search, page) => searchRollouts(statements, search, page),
    rolloutFacets: (of) => readFacets(statements, of),
    findCall: (key) => readCall(statements, key),
    findRollout: (place) => readRollout(statements, place),
    callTotals: () => readCallTotals(statements),
    spentUsd: () => readSpentUsd(statements),
    since,
    lastEvent: () => lastEvent(statements),
    configHistory: () => heldVersions(since(0, { kinds: historyKinds })),
    checkpoints: createCheckpoints({ folder: join(folder, 'checkpoints'), keep: 1, now: () => new Date() }),
    close: () => {
      if (database.isOpen) database.close()
    },
  }
}

export function readConfig(path: string): JsonObject {
  try {
    return parse(readFileSync(path, 'utf8')) as JsonObject
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    throw runError(
      'config-unreadable',
      `${path} cannot be read: ${reason}`,
      'Repair it, or restore it from a copy.',
      error,
    )
  }
}
