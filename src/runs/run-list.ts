/** What is in a folder of runs. */
import { type Dirent, existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { runError } from './failures.ts'
import type { RunManifest } from './manifest.ts'
import type { RunReader } from './run-reader.ts'
import { type RunState, runStateOf, stateKinds } from './run-state.ts'

export interface RunSummary {
  readonly name: string
  readonly folder: string
  readonly manifest: RunManifest
  readonly state: RunState
  /** Last recorded step; 0 before the first. */
  readonly lastStep: number
  readonly costUsd: number
  /** Of all files in the folder. */
  readonly sizeBytes: number
}

/** The folder of `baton serve`. */
export interface ServerSummary extends Pick<RunSummary, 'name' | 'folder' | 'sizeBytes'> {
  readonly isRunning: boolean
  /** ISO 8601; of its database, which knows no other. */
  readonly createdAt: string
}

const serverFile = 'serve.sqlite'

/** Folders below `root` that are runs or folders of servers, readable or not, by name. */
export function runFolders(root: string): { readonly folder: string; readonly isServer: boolean }[] {
  if (!existsSync(root)) return []
  if (!statSync(root).isDirectory()) {
    throw runError('not-a-folder', `${root} is a file.`, 'Give the folder that holds the runs, such as runs.')
  }
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => join(root, entry.name))
    .sort()
    .map((folder) => ({ folder, isServer: existsSync(join(folder, serverFile)) }))
    .filter(({ folder, isServer }) => isServer || existsSync(join(folder, 'manifest.json')))
}

/** @param folder where the run is; a folder that was renamed is found under its own name. */
export function summaryOf(run: RunReader, folder: string): RunSummary {
  return {
    name: basename(folder),
    folder,
    manifest: run.manifest,
    state: runStateOf(folder, run.since(0, { kinds: stateKinds })),
    lastStep: run.lastStep(),
    costUsd: run.spentUsd(),
    sizeBytes: folderBytes(folder),
  }
}

export function serverSummary(folder: string): ServerSummary {
  const path = join(folder, serverFile)
  const { birthtimeMs, mtimeMs } = statSync(path)
  return {
    name: basename(folder),
    folder,
    isRunning: isHeld(path),
    // Where the file system keeps no time of birth, it is 0 or that of the last change.
    createdAt: new Date(birthtimeMs > 0 ? birthtimeMs : mtimeMs).toISOString(),
    sizeBytes: folderBytes(folder),
  }
}

/** A server holds its database alone. */
function isHeld(path: string): boolean {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { readOnly: true })
    database.prepare('SELECT count(*) FROM sqlite_schema').get()
    return false
  } catch (error) {
    return (error as { errcode?: number }).errcode === 5
  } finally {
    database?.close()
  }
}

/** Of all files in a folder. What goes away while it is counted (the writer removes older checkpoints) counts nothing. */
export function folderBytes(folder: string): number {
  let entries: Dirent[]
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch {
    return 0
  }
  return entries.reduce((sum, entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sum + folderBytes(path)
    return sum + (entry.isFile() ? (statSync(path, { throwIfNoEntry: false })?.size ?? 0) : 0)
  }, 0)
}
