/**
 * Checkpoints of a run: folders `step-000010`, each whole or not there. A save writes beside (`.tmp-`), hashes, writes
 * the manifest last, forces all to the disk and renames. A resume takes the newest one whose every byte checks.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { BatonError } from '../core/failure.ts'
import type { Json } from '../core/json.ts'
import { describeFolder, manifestName, manifestText, readCheckpoint, stateName } from './checkpoint-manifest.ts'
import { writeFailed } from './failures.ts'
import { type FileOperations, realFiles } from './files.ts'

export interface SkippedCheckpoint {
  readonly folder: string
  readonly reason: string
}

export interface LatestCheckpoint {
  readonly step: number
  readonly folder: string
  readonly state: Json
  /** Newer ones that were passed over. */
  readonly skipped: readonly SkippedCheckpoint[]
}

export interface CheckpointStore {
  /**
   * @param state what the training loop needs besides what `write` leaves in the folder.
   * @param write fills an empty folder; no file may be called `manifest.json` or `state.json` at its top.
   * @returns the checkpoint's folder.
   */
  save(step: number, state: Json, write: (folder: string) => Promise<void>): Promise<string>
  /** The newest valid checkpoint, or null (`check` then says why). */
  latest(): LatestCheckpoint | null
  /** Every checkpoint, newest first, with the reason where it is not valid. */
  check(): { readonly step: number | null; readonly folder: string; readonly reason: string | null }[]
  /** Deletes checkpoints of later steps. */
  dropAfter(step: number): void
}

export interface CheckpointOptions {
  readonly folder: string
  /** How many are kept. The newest healthy one always is. */
  readonly keep: number
  readonly now: () => Date
  readonly files?: FileOperations
}

export function createCheckpoints(options: CheckpointOptions): CheckpointStore {
  const files = options.files ?? realFiles
  const at = (name: string): string => join(options.folder, name)

  async function save(step: number, state: Json, write: (folder: string) => Promise<void>): Promise<string> {
    const target = at(folderName(step))
    const beside = at(`.tmp-${folderName(step)}-${randomBytes(4).toString('hex')}`)
    try {
      mkdirSync(beside, { recursive: true })
      await write(beside)
      files.write(join(beside, stateName), JSON.stringify(state))
      const manifest = describeFolder(beside, step, options.now().toISOString())
      syncTree(beside, Object.keys(manifest.files), files)
      files.write(join(beside, manifestName), manifestText(manifest))
      files.sync(join(beside, manifestName))
      files.sync(beside)
      replaceFolder(beside, target)
    } catch (error) {
      files.remove(beside)
      throw error instanceof BatonError ? error : writeFailed(`the checkpoint of step ${step}`, error)
    }
    prune(step)
    return target
  }

  /** Puts `beside` in the place of `target`. A crash between the renames is repaired by `mendReplaced`. */
  function replaceFolder(beside: string, target: string): void {
    const replaced = at(`.replaced-${basename(target)}`)
    const isThere = readdirSync(options.folder).includes(basename(target))
    if (isThere) {
      files.remove(replaced)
      files.rename(target, replaced)
    }
    try {
      files.rename(beside, target)
    } catch (error) {
      if (isThere) files.rename(replaced, target)
      throw error
    }
    files.sync(options.folder)
    if (isThere) files.remove(replaced)
  }

  /** Deletes unfinished folders and all but the newest `keep`; `saved` was just written and read back. */
  function prune(saved: number): void {
    const names = readdirSync(options.folder)
    for (const name of names.filter((candidate) => candidate.startsWith('.tmp-'))) files.remove(at(name))
    const older = stepsIn(names).filter((step) => step !== saved)
    for (const step of older.slice(Math.max(0, options.keep - 1))) files.remove(at(folderName(step)))
  }

  function check(): { step: number | null; folder: string; reason: string | null }[] {
    const names = readNames(options.folder)
    const unfinished = names
      .filter((name) => name.startsWith('.tmp-'))
      .map((name) => ({ step: null, folder: at(name), reason: 'its save was interrupted' }))
    const finished = []
    for (const step of stepsIn(names)) {
      const folder = at(folderName(step))
      const reading = readCheckpoint(folder)
      finished.push({ step, folder, reason: reading.kind === 'valid' ? null : reading.reason })
    }
    return [...unfinished, ...finished]
  }

  function latest(): LatestCheckpoint | null {
    const names = readNames(options.folder)
    const skipped: SkippedCheckpoint[] = names
      .filter((name) => name.startsWith('.tmp-'))
      .map((name) => ({ folder: at(name), reason: 'its save was interrupted' }))
    for (const step of stepsIn(names)) {
      const folder = at(folderName(step))
      const reading = readCheckpoint(folder)
      if (reading.kind === 'valid') return { step, folder, state: reading.state, skipped }
      skipped.push({ folder, reason: reading.reason })
    }
    return null
  }

  return {
    save,
    check,
    latest,
    dropAfter: (step) => {
      for (const later of stepsIn(readNames(options.folder)).filter((candidate) => candidate > step)) {
        files.remove(at(folderName(later)))
      }
    },
  }
}

/** Brings back a checkpoint that was moved aside for a new one which then did not arrive. */
export function restoreReplaced(folder: string, files: FileOperations = realFiles): void {
  const names = readNames(folder)
  for (const name of names.filter((candidate) => candidate.startsWith('.replaced-'))) {
    const original = name.slice('.replaced-'.length)
    if (names.includes(original)) files.remove(join(folder, name))
    else files.rename(join(folder, name), join(folder, original))
  }
}

function syncTree(folder: string, paths: readonly string[], files: FileOperations): void {
  const folders = new Set<string>()
  for (const path of paths) {
    files.sync(join(folder, path))
    for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) folders.add(parent)
  }
  for (const inner of folders) files.sync(join(folder, inner))
}

function folderName(step: number): string {
  return `step-${String(step).padStart(6, '0')}`
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Steps that have a checkpoint folder, newest first. */
function stepsIn(names: readonly string[]): number[] {
  return names
    .flatMap((name) => /^step-(\d{6,})$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a)
}
