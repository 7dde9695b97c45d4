/** The bytes of a file that a person named, or an error that says what is there instead. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, extname } from 'node:path'
import type { BatonError } from '../../core/failure.ts'
import { missingPath } from '../../core/inputs/missing-path.ts'
import { dataError } from './data-error.ts'

export function inputBytes(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    throw unreadable(path, error as NodeJS.ErrnoException)
  }
}

function unreadable(path: string, cause: NodeJS.ErrnoException): BatonError {
  switch (cause.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return missing(path, cause)
    case 'EISDIR':
      return dataError('folder', `${path} is a folder.`, 'Name a file in it.', cause)
    case 'EACCES':
    case 'EPERM':
      return dataError('denied', `${path} cannot be read: permission denied.`, 'Allow reading it, or copy it.', cause)
    default:
      return dataError('no-file', `${path} cannot be read (${cause.code ?? cause.message}).`, 'Check the path.', cause)
  }
}

/** Files of the same kind, and those with nearly the name, could have been meant. */
function missing(path: string, cause: Error): BatonError {
  const folder = dirname(path)
  const hasFolder = existsSync(folder)
  const [stem = ''] = basename(path).split('.')
  const isLike = (name: string): boolean => extname(name) === extname(path) || (stem !== '' && name.startsWith(stem))
  const names = hasFolder ? readdirSync(folder).filter((name) => !name.startsWith('.') && isLike(name)) : []
  const { message, hint } = missingPath(path, path, { hasFolder, names: names.sort() })
  return dataError('no-file', message, hint, cause)
}
