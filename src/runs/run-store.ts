/**
 * One open run. The only writer of files in a run folder; everything that shows something reads through it. Records are
 * committed before they count: a call that returned has been recorded, whatever happens to the process next.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, normalize, sep } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { parse } from 'yaml'
import type { Json, JsonObject } from '../core/json.ts'
import type {
  CallCache,
  CallRecord,
  EvaluationRecord,
  RolloutPlace,
  RolloutRecord,
  StepRecord,
} from '../core/records.ts'
import { createCallNotes } from './call-notes.ts'
import { type CallTotals, readCallTotals, readSpentUsd } from './call-totals.ts'
import { type CheckpointStore, createCheckpoints } from './checkpoints.ts'
import {
  type ConfigVersion,
  configEvent,
  earlierConfig,
  heldVersions,
  manifestWith,
  recordedVersions,
} from './config-history.ts'
import { runError, writeFailed } from './failures.ts'
import { writeWhole } from './files.ts'
import {
  type EvaluationRename,
  metricsText,
  readCall,
  readPoints,
  readRollout,
  renameEvaluation,
  Statements,
  writeCall,
  writeEvaluation,
  writeRollout,
  writeStep,
} from './journal.ts'
import type { RunManifest } from './manifest.ts'
import { completeEvaluation } from './older-evaluations.ts'
import { settlePendingCalls } from './pending-calls.ts'
import { type RolloutDigest, type RolloutFilter, readDigests, readRollouts } from './rollout-reads.ts'

export interface RunEvent {
  readonly at: string
  readonly kind: string
  readonly data: Json
}

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
  rollouts(filter?: RolloutFilter): RolloutRecord[]
  /** The same without texts and tokens: for lists of many. */
  rolloutDigests(filter?: RolloutFilter): RolloutDigest[]
  findRollout(place: RolloutPlace): RolloutRecord | undefined
  /** The call of that key: answered rather than failed, the newest of several. */
  findCall(key: string): CallRecord | undefined
  /** By purpose, sorted by name. */
  callTotals(): Record<string, CallTotals>
  /** Dollars of all calls of the run, over all its attempts. */
  spentUsd(): number
  events(): RunEvent[]
  /** The configurations that steps were made with, oldest first; empty for a run of an older version. */
  configHistory(): ConfigVersion[]
  readonly checkpoints: Pick<CheckpointStore, 'latest' | 'check'>
  /** Refuses records and reads of the journal from then on. Closed again, it does nothing. */
  close(): void
}

export interface RunStore extends RunReader {
  readonly calls: CallCache
  readonly checkpoints: CheckpointStore
  /** Recorded again at the same place, it replaces the one before. */
  recordRollout(rollout: RolloutRecord): void
  /** The step and its rollouts (with their advantages) together or not at all, and a line in `metrics.jsonl`. */
  recordStep(step: StepRecord, rollouts?: readonly RolloutRecord[]): void
  /** Recorded again under the same label and step, it replaces the one before. */
  recordEvaluation(evaluation: EvaluationRecord): void
  /** New labels for evaluations that were recorded, all of them or none, with their rollouts and lines. */
  renameEvaluations(renames: readonly EvaluationRename[]): void
  /** A configuration that holds from the next step on becomes the run's own; the one before is kept. */
  recordConfig(version: ConfigVersion): void
  event(kind: string, data: Json): void
  /**
   * Takes back the steps, evaluations and checkpoints after `step`. Rollouts and calls stay in the journal: they are
   * found again, not bought again.
   */
  rewindTo(step: number): void
  /** Writes a whole file (`report.html`) of the run folder in one go. @returns its path. */
  writeArtifact(name: string, content: string | Uint8Array): string
  /** A folder within the run, made when missing (`logs`). @returns its path. */
  makeFolder(name: string): string
}

export function createReader(folder: string, database: DatabaseSync): RunReader {
  const statements = new Statements(database)
  const config = readConfig(join(folder, 'config.yaml'))
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as RunManifest
  const events = (): RunEvent[] =>
    statements.all('SELECT at, kind, data FROM events ORDER BY id').map((row) => ({
      at: row.at as string,
      kind: row.kind as string,
      data: statements.parsed<Json>(row.data),
    }))
  return {
    folder,
    name: manifest.name,
    manifest,
    config,
    steps: () => readPoints<StepRecord>(statements, 'step'),
    lastStep: () =>
      statements.get("SELECT coalesce(max(step), 0) AS step FROM points WHERE kind = 'step'")?.step as number,
    evaluations: () =>
      readPoints<EvaluationRecord>(statements, 'evaluation').map((record) => completeEvaluation(record, config)),
    rollouts: (filter = {}) => readRollouts(statements, filter),
    rolloutDigests: (filter = {}) => readDigests(statements, filter),
    findCall: (key) => readCall(statements, key),
    findRollout: (place) => readRollout(statements, place),
    callTotals: () => readCallTotals(statements),
    spentUsd: () => readSpentUsd(statements),
    events,
    configHistory: () => heldVersions(events()),
    checkpoints: createCheckpoints({ folder: join(folder, 'checkpoints'), keep: 1, now: () => new Date() }),
    close: () => {
      if (database.isOpen) database.close()
    },
  }
}

function readConfig(path: string): JsonObject {
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

export interface WriterOptions {
  readonly keepCheckpoints: number
  readonly now: () => Date
  /** Called once, when the store is closed. */
  readonly onClose: () => void
}

export function createWriter(folder: string, database: DatabaseSync, options: WriterOptions): RunStore {
  const statements = new Statements(database)
  const metricsPath = join(folder, 'metrics.jsonl')
  const checkpoints = createCheckpoints({
    folder: join(folder, 'checkpoints'),
    keep: options.keepCheckpoints,
    now: options.now,
  })
  const event = (kind: string, data: Json): void => {
    const sql = 'INSERT INTO events (at, kind, data) VALUES (?, ?, ?)'
    statements.write('an event', sql, options.now().toISOString(), kind, JSON.stringify(data))
  }
  restoreMetrics(metricsPath, statements)
  const reader = createReader(folder, database)
  const complete = (record: EvaluationRecord): EvaluationRecord => completeEvaluation(record, reader.config)
  const interrupted = settlePendingCalls(statements)
  if (interrupted.length > 0) event('interrupted-calls', { calls: interrupted.length })
  const notes = createCallNotes(statements)
  let { config } = reader
  let manifest = restoreHistory(folder, reader)
  let spentUsd = readSpentUsd(statements)
  let isOpen = true
  return {
    ...reader,
    get config() {
      return config
    },
    get manifest() {
      return manifest
    },
    checkpoints,
    calls: {
      get: (key) => readCall(statements, key),
      begin: notes.add,
      put: (record) => {
        // A note that is written after the end of its call would never be taken away.
        if (notes.has(record.key)) notes.write()
        writeCall(statements, record)
        spentUsd += record.costUsd
      },
    },
    spentUsd: () => spentUsd,
    recordRollout: (rollout) => writeRollout(statements, rollout),
    recordStep: (step, rollouts = []) => {
      let line = ''
      statements.durably(`step ${step.step}`, () => {
        for (const rollout of rollouts) writeRollout(statements, rollout)
        line = writeStep(statements, step)
      })
      appendLine(metricsPath, line)
    },
    recordEvaluation: (evaluation) => {
      statements.durably(`the evaluation ${evaluation.label}`, () => writeEvaluation(statements, evaluation))
      restoreMetrics(metricsPath, statements)
    },
    renameEvaluations: (renames) => {
      if (renames.length === 0) return
      statements.durably('new labels of evaluations', () => {
        for (const rename of renames) renameEvaluation(statements, rename, complete)
      })
      restoreMetrics(metricsPath, statements)
    },
    recordConfig: (version) => {
      statements.assertOpen()
      const { configHash, seed, datasets } = manifest
      const configPath = join(folder, 'config.yaml')
      if (version.changes.length > 0) {
        if (recordedVersions(reader.events()).length === 0) {
          // A run of an older version: what it began with is recorded first.
          const yaml = readFileSync(configPath, 'utf8')
          event(configEvent, { step: 0, configHash, seed, datasets, changes: [], yaml } as unknown as Json)
        }
        replaceFile(configPath, version.yaml)
      }
      event(configEvent, version as unknown as Json)
      config = readConfig(configPath)
      manifest = restoreHistory(folder, { ...reader, manifest })
    },
    event,
    rewindTo: (step) => {
      statements.assertOpen()
      // Checkpoints first: interrupted here, the next resume finds an earlier checkpoint and rewinds to it.
      checkpoints.dropAfter(step)
      statements.durably(`the rewind to step ${step}`, () => {
        statements.write('a rewind', 'DELETE FROM points WHERE step > ?', step)
        event('rewind', { step })
      })
      restoreMetrics(metricsPath, statements)
    },
    writeArtifact: (name, content) => {
      statements.assertOpen()
      const path = pathWithin(folder, name)
      replaceFile(path, content)
      return path
    },
    makeFolder: (name) => {
      statements.assertOpen()
      const path = pathWithin(folder, name)
      mkdirSync(path, { recursive: true })
      return path
    },
    close: () => {
      if (!isOpen) return
      isOpen = false
      notes.write()
      database.close()
      options.onClose()
    },
  }
}

/**
 * Makes the manifest and the earlier configurations say what the journal says. `config.yaml` is left alone: what somebody
 * wrote into it is a change that the next resume sees.
 */
function restoreHistory(folder: string, { manifest, events }: Pick<RunReader, 'manifest' | 'events'>): RunManifest {
  const versions = recordedVersions(events())
  const expected = manifestWith(manifest, versions)
  if (JSON.stringify(expected) !== JSON.stringify(manifest)) {
    versions.slice(0, -1).forEach(({ yaml }, i) => {
      replaceFile(join(folder, earlierConfig(i + 1)), yaml)
    })
    replaceFile(join(folder, 'manifest.json'), `${JSON.stringify(expected, null, 2)}\n`)
  }
  return expected
}

function replaceFile(path: string, content: string | Uint8Array): void {
  try {
    writeWhole(path, content)
  } catch (error) {
    throw writeFailed(path, error)
  }
}

/** Makes `metrics.jsonl` say what the journal says: appends what is missing, rewrites it where it differs (torn line). */
function restoreMetrics(path: string, statements: Statements): void {
  const expected = metricsText(statements)
  const found = existsSync(path) ? readFileSync(path, 'utf8') : null
  if (found === expected) return
  if (found !== null && expected.startsWith(found)) appendLine(path, expected.slice(found.length))
  else writeWhole(path, expected)
}

function appendLine(path: string, line: string): void {
  try {
    appendFileSync(path, line)
  } catch (error) {
    throw writeFailed(path, error)
  }
}

const ownFiles = new Set(['config.yaml', 'manifest.json', 'metrics.jsonl', 'run.lock', 'run.owner.json', 'checkpoints'])

function pathWithin(folder: string, name: string): string {
  const path = normalize(name)
  const top = path.split(sep)[0] ?? ''
  if (
    path.startsWith('..') ||
    path.startsWith(sep) ||
    ownFiles.has(top) ||
    /^config\.\d+\.yaml$/.test(top) ||
    top.startsWith('journal.sqlite')
  ) {
    throw new Error(`${name} is not a name for a file of the run beside the store's own`)
  }
  return join(folder, path)
}
