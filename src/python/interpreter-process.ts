/**
 * One sandbox process as the parent sees it: requests are answered in order, one at a time, by a process that may be
 * killed at any moment. It is watched: a request that uses more than its CPU time without coming back (a loop in C never
 * looks at the deadline) is ended with SIGKILL, and the process is gone for good; the pool starts another. Time that the
 * process is kept waiting by a busy machine, or spends on booting, is charged to no request.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { siblingModule } from '../core/sibling-module.ts'
import { networkNamespacePrefix } from './network-namespace.ts'
import { packageFolders } from './package-folders.ts'
import { watchCpu } from './watchdog.ts'
import type { Ended, InterpreterRequest, Numbered, Progress, Response } from './wire.ts'

export type ProcessAnswer =
  | Ended
  /** The process was killed because of this request. */
  | { readonly kind: 'killed' }
  /** The process died while it worked on this request. */
  | { readonly kind: 'crashed'; readonly message: string }
  /** The process died, and this request had no part in it: ask again elsewhere. */
  | { readonly kind: 'lost' }

export interface InterpreterProcess {
  readonly pid: number
  /** Requests not yet answered. */
  readonly load: number
  readonly isReady: boolean
  /** False from the moment that the process is known to be dead or is being killed. */
  readonly isAlive: boolean
  ask(request: InterpreterRequest, onProgress?: (progress: Progress) => void): Promise<ProcessAnswer>
  /** Kills it, whatever it does; resolves when the process is gone. */
  kill(): Promise<void>
  readonly exited: Promise<void>
  /** Why it never became ready, if so. */
  readonly bootError: string | undefined
}

interface Pending {
  readonly request: Numbered
  readonly resolve: (answer: ProcessAnswer) => void
  readonly onProgress: ((progress: Progress) => void) | undefined
}

/** CPU time. */
const bootLimitMs = 60_000
const graceMs = 500

const childPath = fileURLToPath(siblingModule(import.meta.url, './sandbox-child'))
const processFlags = [
  '--permission',
  '--disallow-code-generation-from-strings',
  '--stack-size=3900',
  '--expose-gc',
  '--no-warnings',
]

export function startInterpreterProcess(options: {
  readonly snapshotPath: string
  readonly workflowSlots: number
}): InterpreterProcess {
  const reads = [import.meta.dirname, ...packageFolders('pyodide'), ...packageFolders('ws'), options.snapshotPath].map(
    (path) => `--allow-fs-read=${path}`,
  )
  // Some 11 MB of JavaScript heap an interpreter; the Python heaps are not counted here.
  const heapFlag = `--max-old-space-size=${128 + 16 * (options.workflowSlots + 2)}`
  const args = [...processFlags, heapFlag, ...reads, childPath, options.snapshotPath, String(options.workflowSlots)]
  const [command = '', ...commandArgs] = [...networkNamespacePrefix(), process.execPath, ...args]
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(command, commandArgs, {
    env: {},
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const pid = child.pid ?? 0
  const queue: Pending[] = []
  let nextId = 1
  let isReady = false
  let isAlive = true
  let isKilledByWatchdog = false
  let isClosing = false
  let stderr = ''
  let endWatch = (): void => undefined
  let resolveExited: () => void = () => undefined
  const exited = new Promise<void>((resolve) => {
    resolveExited = resolve
  })

  function kill(): void {
    isAlive = false
    child.kill('SIGKILL')
  }

  function watch(limitMs: number): void {
    endWatch()
    endWatch = watchCpu({
      pid,
      allowedMs: limitMs + graceMs,
      onEnd(end) {
        isKilledByWatchdog = end === 'spent'
        kill()
      },
    })
  }

  function watchHead(): void {
    endWatch()
    const head = queue[0]
    if (isReady && head !== undefined) watch(head.request.limits.cpuMs)
  }

  function receive(line: string): void {
    const response = JSON.parse(line) as Response
    if (response.kind === 'ready') {
      isReady = true
      watchHead()
      return
    }
    const head = queue[0]
    if (head === undefined || head.request.id !== response.id) throw new Error('a response to no request')
    switch (response.kind) {
      case 'busy':
        watch(bootLimitMs)
        return
      case 'resumed':
        watchHead()
        return
      case 'loaded':
      case 'test':
        head.onProgress?.(response)
        watchHead()
        return
      case 'done':
        queue.shift()
        watchHead()
        head.resolve(response.ended)
    }
  }

  // A process that loops in C would not notice that its parent is gone.
  process.once('exit', kill)
  watch(bootLimitMs)
  let partial = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (chunk: string) => {
    const lines = (partial + chunk).split('\n')
    partial = lines.pop() ?? ''
    try {
      for (const line of lines) receive(line)
    } catch (error) {
      // Nothing that runs inside can write here; if it does all the same, the process is not to be trusted.
      stderr += String(error)
      kill()
    }
  })
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (chunk: string) => {
    stderr = (stderr + chunk).slice(-2000)
  })
  child.stdin.on('error', () => undefined)
  child.on('error', (error) => {
    stderr += error.message
    if (child.pid === undefined) finish('could not be started')
  })
  child.on('close', (code, signal) => finish(signal === null ? `exit code ${code}` : `signal ${signal}`))

  function finish(how: string): void {
    isAlive = false
    process.off('exit', kill)
    endWatch()
    const message = [how, stderr.trim()].filter((part) => part !== '').join(': ')
    if (!isReady) bootError = message
    queue.splice(0).forEach((pending, position) => {
      const isGuilty = position === 0 && isReady && !isClosing
      if (!isGuilty) pending.resolve({ kind: 'lost' })
      else pending.resolve(isKilledByWatchdog ? { kind: 'killed' } : { kind: 'crashed', message })
    })
    resolveExited()
  }
  let bootError: string | undefined

  return {
    pid,
    get load() {
      return queue.length
    },
    get isReady() {
      return isReady
    },
    get isAlive() {
      return isAlive
    },
    get bootError() {
      return bootError
    },
    exited,
    kill() {
      isClosing = true
      kill()
      return exited
    },
    ask(request, onProgress) {
      return new Promise((resolve) => {
        if (!isAlive) return resolve({ kind: 'lost' })
        const numbered: Numbered = { ...request, id: nextId }
        nextId += 1
        queue.push({ request: numbered, resolve, onProgress })
        if (queue.length === 1) watchHead()
        child.stdin.write(`${JSON.stringify(numbered)}\n`)
      })
    },
  }
}
