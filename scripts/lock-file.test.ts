/**
 * The lock file, read alone: `npm ci` refuses one that lacks the binaries of its own platform, and npm leaves out those of
 * other platforms where node_modules exists. Made whole by `npm install --package-lock-only` in an empty folder that holds
 * package.json and .npmrc.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

interface Entry {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly integrity?: string
}

interface LockFile {
  readonly packages: Readonly<Record<string, Entry>>
}

const root = join(import.meta.dirname, '..')
const text = readFileSync(join(root, 'package-lock.json'), 'utf8')
const lock: LockFile = JSON.parse(text)

/** Looks where Node would: in the package's own folder, then in each folder above. */
function isLocked({ packages }: LockFile, from: string, name: string): boolean {
  for (let folder = from; folder !== ''; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (packages[`${folder}/node_modules/${name}`] !== undefined) return true
  }
  return packages[`node_modules/${name}`] !== undefined
}

function missing(lockFile: LockFile): string[] {
  return Object.entries(lockFile.packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !isLocked(lockFile, path, name))
      .map((name) => `${path || 'the project'} needs ${name}`),
  )
}

test('the lock file holds the packages of every platform', () => {
  assert.deepEqual(missing(lock), [])
  const binaries = Object.keys(lock.packages).filter((path) => path.includes('/@biomejs/cli-'))
  const { [binaries[0] ?? '']: _, ...others } = lock.packages
  assert.equal(missing({ packages: others }).length, 1, 'a binary that is left out is noticed')
})

test('the lock file names no registry, and every package by its hash', () => {
  assert.doesNotMatch(text, /"resolved"|registry|npmjs/)
  for (const [path, { integrity }] of Object.entries(lock.packages)) {
    if (path !== '') assert.match(integrity ?? '', /^sha512-/, path)
  }
})

test('no script of package.json hangs on another: with install scripts off, npm runs none before or after', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const names = Object.keys(scripts)
  assert.deepEqual(
    names.filter((name) => names.some((other) => name === `pre${other}` || name === `post${other}`)),
    [],
  )
})
