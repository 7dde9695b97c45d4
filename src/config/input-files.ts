/** Files and folders named by the user: where they are, and what is reported when one is missing. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { BatonError } from '../core/failure.ts'
import { missingPath } from '../core/inputs/missing-path.ts'
import { configError } from './failures.ts'

/** Where an input of the configuration is: as given, from the working folder, or among what ships with Baton. */
export function findInput(path: string): string | undefined {
  const shipped = join(import.meta.dirname, '..', '..', path)
  return [resolve(path), shipped].find((candidate) => existsSync(candidate))
}

/**
 * The same, where it must exist.
 * @param key whose value it is, for the message.
 */
export function locateInput(key: string, path: string): string {
  const found = findInput(path)
  if (found !== undefined) return found
  throw missingInput(`${key}: ${path}`, path)
}

/**
 * The text of a file.
 * @param what it is for, `the configuration file`. @param usual names that could have been meant.
 */
export function readInput(what: string, path: string, usual = /./): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') throw missingInput(`${what} ${path}`, path, usual)
    if (code === 'EISDIR') throw configError('not-a-file', `${what} ${path} is a folder.`, 'Name a file in it.')
    const options = { boundary: 'config', code: 'not-readable', hint: 'Check its permissions.', cause } as const
    throw new BatonError(`${what} ${path} cannot be read: ${message}.`, options)
  }
}

/** For an option whose file is read later, or by something else. */
export function assertInput(option: string, path: string): void {
  if (!existsSync(path)) throw missingInput(`${option}: ${path}`, path)
}

function missingInput(subject: string, path: string, usual = /./): BatonError {
  const folder = dirname(path)
  const hasFolder = existsSync(folder)
  const names = hasFolder ? readdirSync(folder).filter((name) => !name.startsWith('.') && usual.test(name)) : []
  const { message, hint } = missingPath(subject, path, { hasFolder, names: names.sort() })
  return configError('missing-file', message, hint)
}
