/** At most so many tasks at once, the others in order. */

export type TaskLimiter = <T>(task: () => Promise<T>, signal?: AbortSignal) => Promise<T>

export function createTaskLimiter(largest: number): TaskLimiter {
  let running = 0
  const waiting: (() => void)[] = []
  return async (task, signal) => {
    while (running >= largest) {
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
      })
      if (signal?.aborted === true) {
        waiting.shift()?.()
        signal.throwIfAborted()
      }
    }
    running += 1
    try {
      return await task()
    } finally {
      running -= 1
      waiting.shift()?.()
    }
  }
}
