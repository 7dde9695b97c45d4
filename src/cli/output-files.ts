/**
 * Files that the user asked for by name. None is overwritten without --force, all paths are checked before the first is
 * written, and each file is replaced in one go.
 */
import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { makeFolder, notWritable, writePart, writeWhole } from '../runs/index.ts'
import { optionError } from './option-values.ts'

export interface OutputOptions {
  readonly isForced: boolean
  /** What names the place, for errors: `--out`. */
  readonly setting: string
}

/** @param files content by path; folders are made where they are missing. */
export function writeOutputs(files: Readonly<Record<string, string | Uint8Array>>, options: OutputOptions): void {
  assertOutputs(Object.keys(files), options)
  for (const [path, content] of Object.entries(files)) {
    try {
      write(path, content)
    } catch (error) {
      throw notWritable(path, error, fixOf(options))
    }
  }
}

/** What `writeOutputs` looks at first, for commands that work long before they write. */
export function assertOutputs(paths: readonly string[], options: OutputOptions): void {
  const { isForced, setting } = options
  const existing = paths.filter((path) => existsSync(path) && statSync(path).isFile())
  if (existing.length > 0 && !isForced) {
    const more = existing.length > 3 ? ` and ${existing.length - 3} more` : ''
    const [exist, them] = existing.length === 1 ? ['exists', 'it'] : ['exist', 'them']
    throw optionError(
      `${existing.slice(0, 3).join(', ')}${more} ${exist} already.`,
      `Give another ${setting}, or write over ${them} with --force.`,
    )
  }
  for (const path of paths) assertPlace(path, fixOf(options))
}

const fixOf = ({ setting }: OutputOptions): string => `Give another ${setting}: a place that you may write to.`

function write(path: string, content: string | Uint8Array): void {
  makeFolder(dirname(path))
  if (!existsSync(path)) writeWhole(path, content)
  // A terminal or a pipe (/dev/stdout) stays what it is; a link keeps pointing to the same file.
  else if (statSync(path).isFile()) writeWhole(realpathSync(path), content)
  else writePart(path, content)
}

/** The file itself where it exists, else the nearest folder above it that does. */
function assertPlace(path: string, fix: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) {
    throw notWritable(path, Object.assign(new Error(), { code: 'EISDIR' }), fix)
  }
  let place = resolve(path)
  while (!existsSync(place)) place = dirname(place)
  try {
    accessSync(place, constants.W_OK)
    if (place !== resolve(path) && !statSync(place).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' })
  } catch (error) {
    throw notWritable(place, error, fix)
  }
}
