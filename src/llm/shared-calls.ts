/**
 * Equal calls made at the same time share one request (singleflight): a later caller waits for the same answer. A waiter that
 * gives up leaves alone; the call is aborted when the last one has left, and that one waits until it has ended, so that
 * what the call cost is recorded before its caller continues.
 */

export interface SharedCalls<Result> {
  readonly count: number
  /** @returns the result, and whether another caller had begun the call. */
  join(
    key: string,
    begin: (signal: AbortSignal) => Promise<Result>,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly result: Result; readonly isShared: boolean }>
  /** Aborts all calls; resolves when they have ended. */
  abortAll(reason: unknown): Promise<void>
}

interface SharedCall<Result> {
  readonly result: Promise<Result>
  readonly controller: AbortController
  waiters: number
}

export function createSharedCalls<Result>(): SharedCalls<Result> {
  const calls = new Map<string, SharedCall<Result>>()

  const start = (key: string, begin: (signal: AbortSignal) => Promise<Result>): SharedCall<Result> => {
    const controller = new AbortController()
    const call: SharedCall<Result> = { result: begin(controller.signal), controller, waiters: 0 }
    calls.set(key, call)
    const end = (): void => {
      if (calls.get(key) === call) calls.delete(key)
    }
    call.result.then(end, end)
    return call
  }

  return {
    get count() {
      return calls.size
    },
    join: async (key, begin, signal) => {
      signal?.throwIfAborted()
      const running = calls.get(key)
      const isShared = running !== undefined && !running.controller.signal.aborted
      const call = isShared ? running : start(key, begin)
      call.waiters += 1
      const result = await untilLeft(call, signal)
      return { result, isShared }
    },
    abortAll: async (reason) => {
      const all = [...calls.values()]
      for (const call of all) call.controller.abort(reason)
      await Promise.allSettled(all.map((call) => call.result))
    },
  }
}

function untilLeft<Result>(call: SharedCall<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return call.result
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      call.waiters -= 1
      if (call.waiters === 0) call.controller.abort(signal.reason)
      else reject(signal.reason)
    }
    signal.addEventListener('abort', leave, { once: true })
    call.result.then(
      (result) => {
        signal.removeEventListener('abort', leave)
        resolve(result)
      },
      (error) => {
        signal.removeEventListener('abort', leave)
        reject(error)
      },
    )
  })
}
