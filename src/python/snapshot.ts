/**
 * The heap snapshot that interpreters boot from: made once, kept in a cache folder, named by all that shaped it (Pyodide's
 * version, the harness, the code that boots it, Node's version). Written beside and renamed, so two builders at once do no harm.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, globSync, mkdirSync, readFileSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BatonError } from '../core/failure.ts'
import { siblingModule } from '../core/sibling-module.ts'

const snapshotChildPath = fileURLToPath(siblingModule(import.meta.url, './snapshot-child'))

/** The project's own `.cache/` where it can be written, else a folder of the system's temporary files. */
function defaultCacheFolder(): string {
  const own = join(import.meta.dirname, '..', '..', '.cache', 'sandbox')
  try {
    mkdirSync(own, { recursive: true })
    accessSync(own, constants.W_OK)
    return own
  } catch {
    return join(tmpdir(), 'baton-sandbox')
  }
}

function snapshotName(): string {
  const hash = createHash('sha256')
  hash.update(readFileSync(fileURLToPath(import.meta.resolve('pyodide/package.json'))))
  hash.update(process.version)
  const parts = globSync(['harness/*.py', 'interpreter/*.{js,ts}'], { cwd: import.meta.dirname }).sort()
  for (const part of parts) hash.update(part).update(readFileSync(join(import.meta.dirname, part)))
  return `python-${hash.digest('hex').slice(0, 16)}.snapshot`
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.size > 0,
    () => false,
  )
}

/** Runs the builder in a process of its own, so that 2 to 4 s of CPU do not block this one. */
async function build(path: string): Promise<void> {
  const child = spawn(process.execPath, ['--no-warnings', snapshotChildPath, path], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {},
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr = (stderr + chunk).slice(-2000)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (code !== 0) throw cannotPrepare(dirname(path), stderr.trim() || `exit code ${code}`)
}

function cannotPrepare(folder: string, reason: string): BatonError {
  return new BatonError(`the Python sandbox could not be prepared: ${reason}`, {
    boundary: 'sandbox',
    code: 'snapshot',
    hint: `Check that ${folder} can be written and has 40 MB free, and that "npm ci" completed.`,
    exitCode: 3,
  })
}

const maxAgeMs = 7 * 24 * 3600 * 1000

/** Removes what other versions left behind more than a week ago. */
async function removeOld(cacheFolder: string): Promise<void> {
  for (const name of await readdir(cacheFolder)) {
    if (!name.startsWith('python-')) continue
    const path = join(cacheFolder, name)
    // Another process may have renamed its partial file, or removed this one, since the folder was read.
    const found = await stat(path).catch(() => null)
    if (found !== null && Date.now() - found.mtimeMs > maxAgeMs) await rm(path, { force: true })
  }
}

/**
 * Makes the snapshot unless it is there; 2 to 4 s the first time, else under a millisecond.
 * @returns its path.
 */
export async function buildSnapshot(cacheFolder: string = defaultCacheFolder()): Promise<string> {
  const path = join(cacheFolder, snapshotName())
  if (await exists(path)) return path
  try {
    await mkdir(cacheFolder, { recursive: true })
  } catch (error) {
    throw cannotPrepare(cacheFolder, error instanceof Error ? error.message : String(error))
  }
  const partial = `${path}.${process.pid}.${Math.trunc(performance.now() * 1000)}.partial`
  try {
    await build(partial)
    await rename(partial, path)
    await removeOld(cacheFolder)
  } finally {
    await rm(partial, { force: true })
  }
  return path
}
