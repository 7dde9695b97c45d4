/** The runs below a folder, opened for reading when they are asked for and kept open as long as there are few. */
import { lstatSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createProblemFinder, type ProblemFinder } from '../reports/index.ts'
import { type RunReader, readRun } from '../runs/index.ts'

/** What is open costs file handles and memory for pages. */
const mostOpen = 24

export interface HeldRun {
  readonly folder: string
  readonly run: RunReader
  readonly problems: ProblemFinder
}

export interface OpenRuns {
  readonly root: string
  /** The folder of that name; null for what is no run right below the root. */
  folderOf(name: string): string | null
  /** null where there is no such run. @throws BatonError for one that cannot be read. */
  open(name: string): HeldRun | null
  close(): void
}

export function createOpenRuns(root: string): OpenRuns {
  const opened = new Map<string, HeldRun & { readonly identity: string }>()
  const folderOf = (name: string): string | null => {
    if (!isPlainName(name)) return null
    const folder = join(root, name)
    const isFolder = lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
    return isFolder && lstatSync(join(folder, 'manifest.json'), { throwIfNoEntry: false })?.isFile() === true
      ? folder
      : null
  }
  const forget = (name: string): void => {
    opened.get(name)?.run.close()
    opened.delete(name)
  }
  return {
    root,
    folderOf,
    open: (name) => {
      const folder = folderOf(name)
      if (folder === null) {
        forget(name)
        return null
      }
      // A run that was removed and made again under its name is another file.
      const identity = identityOf(join(folder, 'journal.sqlite'))
      const known = opened.get(name)
      if (known?.identity === identity) {
        opened.delete(name)
        opened.set(name, known)
        return known
      }
      forget(name)
      const run = readRun(folder)
      const fresh = { folder, run, problems: createProblemFinder(run), identity }
      opened.set(name, fresh)
      if (opened.size > mostOpen) forget(opened.keys().next().value as string)
      return fresh
    },
    close: () => {
      for (const name of [...opened.keys()]) forget(name)
    },
  }
}

/** One part of a path, and none that leads elsewhere. */
function isPlainName(name: string): boolean {
  return name !== '' && !name.startsWith('.') && !/[/\\\0]/.test(name)
}

function identityOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true })
  return found === undefined ? '' : `${found.dev} ${found.ino} ${found.birthtimeNs}`
}
