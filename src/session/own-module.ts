/** Modules of the user's own that the configuration names: found from the working folder, loaded once, checked. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { BatonError } from '../core/failure.ts'
import { missingPath } from '../core/inputs/missing-path.ts'
import { isProgramEnvironment } from '../core/inputs/names.ts'
import { defineEnvironment, type OwnEnvironment } from '../training/index.ts'

/** @throws BatonError where there is no such module, it cannot be loaded, or exports no environment. */
export async function loadOwnEnvironment(path: string): Promise<OwnEnvironment> {
  const exported = await loadModule('environment', path)
  try {
    return defineEnvironment(exported as OwnEnvironment)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw refused('environment', path, `environment is none: ${why}`)
  }
}

async function loadModule(key: string, path: string): Promise<unknown> {
  if (isProgramEnvironment(path)) {
    throw new BatonError(`${key}: ${path} was given by a program as a value; it cannot be loaded by its name.`, {
      boundary: 'config',
      code: 'program-environment',
      hint: 'Go on with the run from that program: train({ resume, environment }).',
    })
  }
  const file = resolve(path)
  if (!existsSync(file)) {
    const { message, hint } = missingPath(`${key}: ${path}`, path, { hasFolder: true, names: [] })
    throw new BatonError(message, { boundary: 'config', code: 'missing-file', hint })
  }
  let loaded: Readonly<Record<string, unknown>>
  try {
    loaded = await import(pathToFileURL(file).href)
  } catch (cause) {
    throw refused(key, path, `it cannot be loaded: ${firstLine(cause)}`, cause)
  }
  const exported = loaded[key]
  if (typeof exported !== 'object' || exported === null) {
    throw refused(key, path, `it exports no object \`${key}\``)
  }
  return exported
}

function refused(key: string, path: string, why: string, cause?: unknown): BatonError {
  return new BatonError(`${key}: ${path}: ${why}.`, {
    boundary: 'config',
    code: 'own-module',
    hint: 'docs/extend.md begins with a module that works.',
    cause,
  })
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return (text.split('\n')[0] ?? '').replace(/\.$/, '')
}
