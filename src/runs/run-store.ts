/**
 * One run open for writing. The only writer of files in a run folder. Records are committed before they count: a call that
 * returned has been recorded, whatever happens to the process next.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, normalize, sep } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { CallCache, EvaluationRecord, SampledRollout, StepRecord } from '../core/records.ts'
import type { ConfigVersion, RecordedEvent, RunEvent } from '../core/run-events.ts'
import { createCallNotes } from './call-notes.ts'
import { readSpentUsd } from './call-totals.ts'
import { type CheckpointStore, createCheckpoints } from './checkpoints.ts'
import { earlierConfig, historyKinds, manifestWith, recordedVersions } from './config-history.ts'
import { createEventLog, type EventListener } from './event-log.ts'
import { writeFailed } from './failures.ts'
import { writeWhole } from './files.ts'
import {
  type EvaluationRename,
  metricsText,
  readCall,
  renameEvaluation,
  writeCall,
  writeEvaluation,
  writeStep,
} from './journal.ts'
import type { RunManifest } from './manifest.ts'
import { completeEvaluation } from './older/older-evaluations.ts'
import { settlePendingCalls } from './pending-calls.ts'
import { writeRollout } from './rollouts.ts'
import { createReader, type RunReader, readConfig } from './run-reader.ts'
import { Statements } from './statements.ts'

export interface RunStore extends RunReader {
  readonly calls: CallCache
  readonly checkpoints: CheckpointStore
  /** The policy that later steps are held against, where it is not the one that the run began with. */
  readonly reference: CheckpointStore
  /** Recorded again at the same place, it replaces the one before. */
  recordRollout(rollout: SampledRollout): void
  /** The step and its rollouts (with their advantages) together or not at all, and a line in `metrics.jsonl`. */
  recordStep(step: StepRecord, rollouts?: readonly SampledRollout[]): void
  /** Recorded again under the same label and step, it replaces the one before. */
  recordEvaluation(evaluation: EvaluationRecord): void
  /** New labels for evaluations that were recorded, all of them or none, with their rollouts and lines. */
  renameEvaluations(renames: readonly EvaluationRename[]): void
  /** A configuration that holds from the next step on becomes the run's own; the one before is kept. */
  recordConfig(version: ConfigVersion): void
  event(event: RunEvent): void
  /** From now on hands every event to `listener`, once it is recorded. */
  listen(listener: EventListener): void
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
  const reference = createCheckpoints({ folder: join(folder, 'reference'), keep: 1, now: options.now })
  const log = createEventLog(statements, options.now)
  /** A write and the events that it is, both or neither. @returns what is to be announced once the files agree with it. */
  const durably = (what: string, events: readonly RunEvent[], write: () => void): RecordedEvent[] => {
    let recorded: RecordedEvent[] = []
    statements.durably(what, () => {
      write()
      recorded = events.map(log.append)
    })
    return recorded
  }
  restoreMetrics(metricsPath, statements)
  const reader = createReader(folder, database)
  const complete = (record: EvaluationRecord): EvaluationRecord => completeEvaluation(record, reader.config)
  const interrupted = settlePendingCalls(statements)
  if (interrupted.length > 0) log.record({ kind: 'interrupted-calls', calls: interrupted.length })
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
    checkpoints: {
      ...checkpoints,
      save: async (step, state, write) => {
        const path = await checkpoints.save(step, state, write)
        log.record({ kind: 'checkpoint', step })
        return path
      },
    },
    reference,
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
      const recorded = durably(`step ${step.step}`, [{ kind: 'step', record: step }], () => {
        for (const rollout of rollouts) writeRollout(statements, rollout)
        line = writeStep(statements, step)
      })
      appendLine(metricsPath, line)
      log.announce(recorded)
    },
    recordEvaluation: (evaluation) => {
      const recorded = durably(`the evaluation ${evaluation.label}`, [{ kind: 'evaluation', record: evaluation }], () =>
        writeEvaluation(statements, evaluation),
      )
      restoreMetrics(metricsPath, statements)
      log.announce(recorded)
    },
    renameEvaluations: (renames) => {
      if (renames.length === 0) return
      const events = renames.map((rename) => ({ kind: 'evaluation-rename', ...rename }) as const)
      const recorded = durably('new labels of evaluations', events, () => {
        for (const rename of renames) renameEvaluation(statements, rename, complete)
      })
      restoreMetrics(metricsPath, statements)
      log.announce(recorded)
    },
    recordConfig: (version) => {
      statements.assertOpen()
      const { configHash, seed, datasets } = manifest
      const configPath = join(folder, 'config.yaml')
      if (version.changes.length > 0) {
        if (recordedVersions(reader.since(0, { kinds: historyKinds })).length === 0) {
          // A run of an older version: what it began with is recorded first.
          const yaml = readFileSync(configPath, 'utf8')
          log.record({ kind: 'config', step: 0, configHash, seed, datasets, changes: [], yaml })
        }
        replaceFile(configPath, version.yaml)
      }
      const recorded = log.append({ kind: 'config', ...version })
      config = readConfig(configPath)
      manifest = restoreHistory(folder, { ...reader, manifest })
      log.announce([recorded])
    },
    event: log.record,
    listen: log.listen,
    rewindTo: (step) => {
      statements.assertOpen()
      // Checkpoints first: interrupted here, the next resume finds an earlier checkpoint and rewinds to it.
      checkpoints.dropAfter(step)
      const recorded = durably(`the rewind to step ${step}`, [{ kind: 'rewind', step }], () => {
        statements.write('a rewind', 'DELETE FROM points WHERE step > ?', step)
      })
      restoreMetrics(metricsPath, statements)
      log.announce(recorded)
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
function restoreHistory(folder: string, { manifest, since }: Pick<RunReader, 'manifest' | 'since'>): RunManifest {
  const versions = recordedVersions(since(0, { kinds: historyKinds }))
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

const ownFiles = new Set([
  'config.yaml',
  'manifest.json',
  'metrics.jsonl',
  'run.lock',
  'run.owner.json',
  'checkpoints',
  'reference',
])

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
