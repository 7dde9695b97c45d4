/**
 * Ctrl-C. A training run finishes its step and saves; at the second Ctrl-C it stops, and committed steps remain. A
 * command without steps stops at the first.
 */
import { exitWith } from './errors.ts'
import { commonWords } from './words/common.ts'

export interface Interruption {
  /** True once the user has asked for a stop. */
  readonly isRequested: () => boolean
  /** Aborts at the second request. */
  readonly signal: AbortSignal
  dispose(): void
}

/** @param say called with one line for the user at the first request. */
export function watchInterrupts(say: (line: string) => void): Interruption {
  const controller = new AbortController()
  let isRequested = false
  const onSignal = (): void => {
    if (isRequested) {
      controller.abort(new Error('interrupted'))
      return
    }
    isRequested = true
    say(commonWords().finishing)
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {
    isRequested: () => isRequested,
    signal: controller.signal,
    dispose: () => {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    },
  }
}

/** Ctrl-C for commands without steps: the signal aborts at the first one; further ones have no effect. */
export function watchStop(): Pick<Interruption, 'signal' | 'dispose'> {
  const controller = new AbortController()
  const onSignal = (): void => controller.abort(new Error('interrupted'))
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {
    signal: controller.signal,
    dispose: () => {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    },
  }
}

/** Work that ends at the first Ctrl-C, with exit code 130. */
export async function stoppable(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const { signal, dispose } = watchStop()
  try {
    await work(signal)
  } catch (error) {
    if (!signal.aborted) throw error
    process.stderr.write(`\n${commonWords().interrupted}\n`)
    exitWith(130)
  } finally {
    dispose()
  }
}

/** For a server: resolves at the first Ctrl-C or request to end. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}
