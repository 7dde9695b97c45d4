/** Making and opening runs. */
import { randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { restoreReplaced } from './checkpoints.ts'
import { notWritable, runError, writeFailed } from './failures.ts'
import { writeWhole } from './files.ts'
import { openJournal } from './journal.ts'
import { acquireLock } from './lock.ts'
import { makeFolder } from './make-folder.ts'
import { currentVersions, type RunKind, type RunManifest, type RunOrigin } from './manifest.ts'
import { createReader, type RunReader } from './run-reader.ts'
import { createWriter, type RunStore } from './run-store.ts'

export interface CreateRunOptions {
  /** Folder of the runs; made when missing. */
  readonly root: string
  /** What the user sets to choose another `root`, for errors. Default: run.folder. */
  readonly rootSetting?: string
  /** null makes one of `prefix` and four random letters or digits. */
  readonly name?: string | null
  readonly prefix?: string
  /** Default: training. */
  readonly kind?: RunKind
  readonly resolvedYaml: string
  readonly origin: RunOrigin
  readonly keepCheckpoints?: number
  readonly now?: () => Date
}

/** Makes a run that did not exist before, and opens it for writing. */
export function createRun(options: CreateRunOptions): RunStore {
  const now = options.now ?? (() => new Date())
  const { folder, name } = reserveFolder(options)
  try {
    mkdirSync(join(folder, 'checkpoints'))
    mkdirSync(join(folder, 'logs'))
    openJournal(join(folder, 'journal.sqlite'), 'write').close()
    writeWhole(join(folder, 'config.yaml'), options.resolvedYaml)
    const manifest: RunManifest = {
      version: 1,
      name,
      kind: options.kind ?? 'training',
      createdAt: now().toISOString(),
      ...options.origin,
      ...currentVersions(),
    }
    writeWhole(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw writeFailed(`the run ${folder}`, error)
  }
  return openRun(folder, options)
}

/** Closes a run that never began and removes its folder. */
export function discardRun(store: RunStore): void {
  store.close()
  rmSync(store.folder, { recursive: true, force: true })
}

export interface OpenRunOptions {
  readonly keepCheckpoints?: number
  readonly now?: () => Date
}

/**
 * Opens a run for writing: takes its lock, repairs what an interrupted writer left (a torn line of `metrics.jsonl`, a
 * checkpoint moved aside), and records as event `recovered` that the last writer did not end cleanly.
 */
export function openRun(folder: string, options: OpenRunOptions = {}): RunStore {
  assertRun(folder)
  assertWritable(folder)
  const now = options.now ?? (() => new Date())
  const lock = acquireLock(folder, now)
  try {
    restoreReplaced(join(folder, 'checkpoints'))
    restoreReplaced(join(folder, 'reference'))
    const store = createWriter(folder, openJournal(join(folder, 'journal.sqlite'), 'write'), {
      keepCheckpoints: options.keepCheckpoints ?? 3,
      now,
      onClose: lock.release,
    })
    if (lock.deadOwner !== null) {
      const { pid, startedAt } = lock.deadOwner
      store.event({ kind: 'recovered', pid, since: startedAt })
    }
    return store
  } catch (error) {
    lock.release()
    throw error
  }
}

function assertWritable(folder: string): void {
  for (const path of [folder, ...['journal.sqlite', 'run.lock', 'checkpoints'].map((name) => join(folder, name))]) {
    try {
      if (existsSync(path)) accessSync(path, constants.W_OK)
    } catch (error) {
      throw notWritable(path, error, `Become its owner, or copy the run to a folder of yours: cp -r ${folder} <folder>`)
    }
  }
}

/** Opens a run for reading, beside its writer if there is one. */
export function readRun(folder: string): RunReader {
  assertRun(folder)
  return createReader(folder, openJournal(join(folder, 'journal.sqlite'), 'read'))
}

function reserveFolder(options: CreateRunOptions): { folder: string; name: string } {
  const { root, name, prefix = 'run', rootSetting = 'run.folder' } = options
  const fix = `Choose a folder that you may write to: ${rootSetting}${rootSetting.startsWith('-') ? ' ' : '='}<folder>.`
  try {
    makeFolder(root)
  } catch (error) {
    throw notWritable(`the folder of runs ${root}`, error, fix)
  }
  for (let attempt = 0; ; attempt++) {
    const candidate = name ?? `${prefix}-${randomBytes(2 + attempt).toString('hex')}`
    const folder = join(root, candidate)
    try {
      mkdirSync(folder)
      return { folder, name: candidate }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
        throw notWritable(`the folder of runs ${root}`, error, fix)
      if (typeof name === 'string') {
        throw runError(
          'run-exists',
          `the run ${folder} exists already.`,
          `Continue it with --resume ${folder}, or set run.name to another name.`,
        )
      }
    }
  }
}

function assertRun(folder: string): void {
  const missing = ['manifest.json', 'config.yaml', 'journal.sqlite'].filter((name) => !existsSync(join(folder, name)))
  if (missing.length > 0) {
    throw runError(
      'not-a-run',
      `${folder} is not a run: it has no ${missing.join(', ')}.`,
      'Give the folder of a run, such as runs/quickstart-7f3a; `npx baton runs` lists them.',
    )
  }
  if (versionOf(join(folder, 'manifest.json')) !== 1) {
    throw runError(
      'manifest-version',
      `${folder} was written by another version of Baton.`,
      'Open it with that version.',
    )
  }
}

function versionOf(manifestPath: string): unknown {
  try {
    return (JSON.parse(readFileSync(manifestPath, 'utf8')) as { version?: unknown } | null)?.version
  } catch (error) {
    const fix = 'Restore it from a copy: without it the settings of the run are unknown.'
    throw runError('manifest-unreadable', `${manifestPath} cannot be read as JSON.`, fix, error)
  }
}
