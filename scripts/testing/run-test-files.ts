/**
 * Runs test files side by side, each in a process group of its own, and prints a line for each. A file that is stuck, that
 * crashes or that leaves a handle open has failed, and the others run all the same.
 */
import { describeOutcome, describeRunning } from './describe.ts'
import { type FileOutcome, type RunningFile, runTestFile } from './run-test-file.ts'

export interface RunOptions {
  readonly concurrency: number
  /** Aborts when the file has had its time. */
  timeFor(file: string): AbortSignal
  /** Prints the tests that pass, and what their files wrote. */
  readonly isDetailed: boolean
  print(text: string): void
  /** What a file may take after its last test to close what it opened. Default 30 s. */
  readonly graceMs?: number
}

/** When nothing was printed for so long, the files that run are named. */
const quietMs = 60_000

/** @param files absolute paths. */
export async function runTestFiles(files: readonly string[], options: RunOptions): Promise<FileOutcome[]> {
  const waiting = [...files]
  const running = new Set<RunningFile>()
  const outcomes: FileOutcome[] = []
  const quiet = setInterval(() => options.print(describeRunning(running)), quietMs)
  async function runNext(): Promise<void> {
    const file = waiting.shift()
    if (file === undefined) return
    const started = runTestFile(file, options.timeFor(file), options.graceMs)
    running.add(started)
    const outcome = await started.outcome
    running.delete(started)
    outcomes.push(outcome)
    options.print(describeOutcome(outcome, options.isDetailed))
    quiet.refresh()
    return runNext()
  }
  const allowSignals = onSignals((signal) => {
    for (const file of running) file.kill()
    options.print(`interrupted by ${signal}`)
    process.exit(130)
  })
  try {
    await Promise.all(Array.from({ length: options.concurrency }, runNext))
  } finally {
    clearInterval(quiet)
    allowSignals()
  }
  return outcomes
}

/** @returns removes the listeners. */
function onSignals(listener: (signal: string) => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, listener)
  return () => {
    for (const signal of signals) process.off(signal, listener)
  }
}
