/** How an error looks on the terminal: what and where, then the fix; a stack only for a programmer's mistake. */
import { BatonError } from '../core/failure.ts'
import { createLiveLine } from './live-line.ts'
import { paint } from './paint.ts'
import { errorLines, levelLabel } from './translated.ts'
import { commonWords } from './words/common.ts'

export function reportError(error: unknown): void {
  const colour = paint(process.stderr)
  // A progress line may be half drawn on the terminal.
  if (process.stdout.isTTY === true) createLiveLine(process.stderr).clear()
  if (error instanceof BatonError) {
    process.stderr.write(`${errorLines(error.message, error.hint, colour.red).join('\n')}\n`)
    return
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`${levelLabel('error', colour.red)}${commonWords().ownMistake}\n${text}\n`)
}

/** Ends the process once its output is written. */
export function exitWith(code: number): void {
  process.exitCode = code
}

/** A service failed for good: what was done is in the run, which can be gone on with. */
export function isOutageError(error: unknown): error is BatonError {
  return error instanceof BatonError && error.exitCode === 3
}

/** The same error, which also says by which command to go on. */
export function withResume(error: BatonError, command: string): BatonError {
  const { boundary, code, hint, isRetryable, exitCode, message } = error
  const goOn = `continue with: ${command}`
  const both = hint === undefined ? goOn : `${hint}\n       ${goOn}`
  return new BatonError(message, { boundary, code, isRetryable, exitCode, hint: both, cause: error })
}
