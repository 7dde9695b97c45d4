/**
 * Files that are whole or not there: written beside, synced, renamed. Operations go through a `FileOperations` value so
 * that tests can make any single one of them fail.
 */
import { createHash, randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface FileOperations {
  write(path: string, content: string | Uint8Array): void
  /** Forces a file's or a folder's content to the disk. */
  sync(path: string): void
  rename(from: string, to: string): void
  /** Removes a file or a folder with all it holds; nothing there is fine. */
  remove(path: string): void
}

export const realFiles: FileOperations = {
  write: (path, content) => writeFileSync(path, content),
  sync: (path) => {
    const descriptor = openSync(path, 'r')
    try {
      fsyncSync(descriptor)
    } catch (error) {
      // Windows cannot sync folders (and needs no such call).
      if (process.platform !== 'win32') throw error
    } finally {
      closeSync(descriptor)
    }
  },
  rename: (from, to) => renameSync(from, to),
  remove: (path) => rmSync(path, { recursive: true, force: true }),
}

/** Replaces `path` in one go: a reader, or a crash at any moment, sees the old content or the new one. */
export function writeWhole(path: string, content: string | Uint8Array, files: FileOperations = realFiles): void {
  const beside = join(dirname(path), `.tmp-${randomBytes(6).toString('hex')}`)
  try {
    files.write(beside, content)
    files.sync(beside)
    files.rename(beside, path)
    files.sync(dirname(path))
  } catch (error) {
    files.remove(beside)
    throw error
  }
}

/** A file of a folder that counts only when it is whole and renamed (a checkpoint), or a place that cannot be replaced. */
export function writePart(path: string, content: string | Uint8Array): void {
  writeFileSync(path, content)
}

/** sha256 of the whole content, as `sha256:<hex>`: names a dataset or a file whatever it is called. */
export function fingerprint(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}
