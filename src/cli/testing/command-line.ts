/** `baton` as a person runs it, in a folder of its own: as a process, or in a process that runs many commands. */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const main = join(import.meta.dirname, '..', 'main.ts')

export interface CommandResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  /** Called with all of the output so far, whenever there is more. */
  readonly onOutput?: (text: string) => void
  /** The command line that runs it as another user. */
  readonly as?: readonly string[]
  /** Of the command line; English where it is not given. */
  readonly language?: 'en' | 'zh'
}

/** @param folder working folder: runs are written below it. */
export function baton(
  folder: string,
  args: readonly string[],
  { onOutput = () => {}, as = [], language = 'en' }: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const [program = '', ...rest] = [...as, process.execPath, main, ...args]
    const child = spawn(program, rest, {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', BATON_LANGUAGE: language },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      stdout += part
      onOutput(stdout)
    })
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      stderr += part
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** Commands in turn, in one process. */
export interface CommandLine {
  /** Waits for the command before it. @param columns of the terminal that it prints to; without it there is none. */
  run(folder: string, args: readonly string[], columns?: number): Promise<CommandResult>
  close(): void
}

/** @param environment over that of this process. */
export function startCommandLine(
  language: 'en' | 'zh' = 'en',
  environment: Readonly<Record<string, string | undefined>> = {},
): CommandLine {
  const child: ChildProcess = fork(join(import.meta.dirname, 'command-line-child.ts'), {
    env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', BATON_LANGUAGE: language, ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const run = (request: object): Promise<CommandResult> =>
    new Promise((resolve, reject) => {
      const onExit = (code: number | null): void => reject(new Error(`the process ended with ${code}`))
      child.once('exit', onExit)
      child.once('message', (result) => {
        child.off('exit', onExit)
        resolve(result as CommandResult)
      })
      child.send(request)
    })
  let last: Promise<unknown> = Promise.resolve()
  return {
    run(folder, args, columns) {
      const result = last.then(() => run({ folder, args, columns }))
      last = result.catch(() => undefined)
      return result
    },
    // A command that was cut short may still listen for gentler signals.
    close: () => void child.kill('SIGKILL'),
  }
}

/** Names below `runs` in a folder; none where there is no such folder. */
export function runsIn(folder: string): string[] {
  try {
    return readdirSync(join(folder, 'runs')).sort()
  } catch {
    return []
  }
}
