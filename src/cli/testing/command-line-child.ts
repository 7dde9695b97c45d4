/**
 * Runs `baton` commands one after the other in one process, so that a test pays for its start once. Each command sees
 * what it would see alone: its arguments, its working folder, its exit code; the modules behind it are shared.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const main = pathToFileURL(join(import.meta.dirname, '..', 'main.ts')).href
let commands = 0

interface Request {
  readonly folder: string
  readonly args: readonly string[]
  /** Where both streams are to be a terminal: its width. */
  readonly columns?: number
}

async function runCommand({ folder, args, columns }: Request): Promise<object> {
  const written = { stdout: '', stderr: '' }
  const real = { stdout: process.stdout.write, stderr: process.stderr.write }
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = ((text: string) => {
      written[name] += text
      return true
    }) as typeof process.stdout.write
    const terminal = columns === undefined ? { isTTY: undefined, columns: undefined } : { isTTY: true, columns }
    Object.assign(process[name], terminal)
  }
  process.chdir(folder)
  process.argv = [process.execPath, 'baton', ...args]
  process.exitCode = 0
  try {
    // The entry point runs when it is loaded: a query makes it a module not seen before.
    await import(`${main}?command=${++commands}`)
    return { code: process.exitCode, ...written }
  } finally {
    process.exitCode = 0
    Object.assign(process.stdout, { write: real.stdout })
    Object.assign(process.stderr, { write: real.stderr })
  }
}

process.on('message', (request: Request) => {
  void runCommand(request).then((result) => process.send?.(result))
})
