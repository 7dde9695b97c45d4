/** Ctrl-C once: finish the step and checkpoint. Twice: stop now; what is committed stays. */
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

/** For a server: resolves at the first Ctrl-C or request to end. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}
