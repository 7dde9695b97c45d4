/**
 * Runs `baton` commands one after the other in one process, so that a test pays for its start once. Each command sees
 * what it would see alone: its arguments, its working folder, its exit code; the modules behind it are shared.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const main = pathToFileURL(join(import.meta.dirname, '..', 'src', 'cli', 'main.ts')).href
let commands = 0

async function runCommand(folder: string, args: readonly string[]): Promise<object> {
  const written = { stdout: '', stderr: '' }
  const real = { stdout: process.stdout.write, stderr: process.stderr.write }
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = ((text: string) => {
      written[name] += text
      return true
    }) as typeof process.stdout.write
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

process.on('message', ({ folder, args }: { folder: string; args: string[] }) => {
  void runCommand(folder, args).then((result) => process.send?.(result))
})
