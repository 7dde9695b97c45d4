/** Runs one test file in a process group of its own, and ends that group when the file is over, stuck or unwanted. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { TestMessage } from './messages.ts'

const testFile = join(import.meta.dirname, 'test-file.ts')

export interface FailedTest {
  /** Names of the suites and of the test; empty where it is the file that failed. */
  readonly path: string
  readonly error: string
}

export interface FileOutcome {
  readonly file: string
  readonly passed: readonly string[]
  readonly failed: readonly FailedTest[]
  readonly skipped: readonly { readonly path: string; readonly reason: string }[]
  /** What the file wrote to stdout and stderr. */
  readonly output: string
  readonly elapsedMs: number
}

export interface RunningFile {
  readonly file: string
  readonly startedAt: number
  /** The tests that have begun and not ended, without the suites and tests around them. */
  testsInProgress(): string[]
  kill(): void
  readonly outcome: Promise<FileOutcome>
}

/**
 * @param time when it aborts, the file is stuck: its processes are killed and it has failed with the signal's reason.
 * @param graceMs what the file may take after its last test to close what it opened.
 */
export function runTestFile(file: string, time: AbortSignal, graceMs = 30_000): RunningFile {
  const startedAt = Date.now()
  const child = spawn(process.execPath, [`--test-reporter=${testFile}`, testFile, file, String(graceMs)], {
    env: plainEnglish(process.env),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
  })
  const log = createTestLog()
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  child.on('message', (message: TestMessage) => {
    log.add(message)
    if (message.kind === 'left-open') killGroup(child)
  })
  const onStuck = (): void => {
    const names = log.inProgress().map((name) => `"${name}"`)
    log.fail(`${String(time.reason)}${names.length === 0 ? '; no test was running' : `, in ${names.join(', ')}`}`)
    killGroup(child)
  }
  time.addEventListener('abort', onStuck, { once: true })
  const outcome = new Promise<FileOutcome>((resolve) => {
    child.on('error', (error) => log.fail(`the process did not start: ${error.message}`))
    child.on('exit', () => killGroup(child))
    child.on('close', (code, signal) => {
      time.removeEventListener('abort', onStuck)
      log.close(code, signal)
      resolve({
        file,
        passed: log.passed,
        failed: log.failed,
        skipped: log.skipped,
        output,
        elapsedMs: Date.now() - startedAt,
      })
    })
  })
  return { file, startedAt, testsInProgress: log.inProgress, kill: () => killGroup(child), outcome }
}

/** Tests read what programs print, and libraries colour it for a terminal, in continuous integration, or when asked to. */
function plainEnglish({ FORCE_COLOR: _, ...environment }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...environment, NO_COLOR: '1', BATON_LANGUAGE: 'en' }
}

/** Kills the process and what it has started; what has left its group is beyond reach. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill('SIGKILL')
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Nothing of it is left.
  }
}

/** Collects the messages of one file and judges how its process ended. */
function createTestLog() {
  const tests = new Map<number, { readonly name: string; readonly parentId: number | undefined }>()
  const running = new Set<number>()
  const passed: string[] = []
  const failed: FailedTest[] = []
  const skipped: { path: string; reason: string }[] = []
  const remarks: string[] = []
  let isOver = false

  function pathOf(id: number | undefined): string {
    const test = id === undefined ? undefined : tests.get(id)
    if (test === undefined) return ''
    return [pathOf(test.parentId), test.name].filter(Boolean).join(' > ')
  }
  function fail(error: string): void {
    failed.push({ path: '', error })
  }
  function inProgress(): string[] {
    const parents = new Set([...running].map((id) => tests.get(id)?.parentId))
    return [...running].filter((id) => !parents.has(id)).map(pathOf)
  }
  function add(message: TestMessage): void {
    switch (message.kind) {
      case 'begun':
        tests.set(message.id, message)
        running.add(message.id)
        break
      case 'ended':
        running.delete(message.id)
        break
      case 'passed':
        passed.push(pathOf(message.id))
        break
      case 'skipped':
        skipped.push({ path: pathOf(message.id), reason: message.reason })
        break
      case 'failed':
        failed.push({ path: pathOf(message.id), error: message.error })
        break
      case 'remark':
        remarks.push(message.text)
        break
      case 'left-open':
        fail(`left open after its last test: ${message.handles.join(', ')}. Close it in the test or in after().`)
        break
      case 'over':
        isOver = true
        break
      default:
        message satisfies never
    }
  }
  function close(code: number | null, signal: string | null): void {
    if (failed.length > 0) return
    const ending = signal === null ? `exit code ${code}` : signal
    if (signal !== null || code !== 0) fail([`the process ended with ${ending}`, ...remarks].join('\n'))
    else if (!isOver)
      fail(tests.size === 0 ? 'no test of it has begun' : 'the process ended before its tests were over')
  }
  return { add, fail, close, inProgress, passed, failed, skipped }
}
