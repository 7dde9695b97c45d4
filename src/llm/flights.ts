/**
 * One flight for equal calls: whoever asks for what is already being asked for waits for the same answer. A waiter that
 * gives up leaves alone; the flight is aborted when the last one has left, and that one waits until it has ended, so that
 * what the flight cost is on record before its caller goes on.
 */

export interface Flights<Result> {
  readonly count: number
  /** @returns the result, and whether another caller had begun the flight. */
  join(
    key: string,
    begin: (signal: AbortSignal) => Promise<Result>,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly result: Result; readonly isShared: boolean }>
  /** Aborts all flights; resolves when they have ended. */
  abortAll(reason: unknown): Promise<void>
}

interface Flight<Result> {
  readonly result: Promise<Result>
  readonly controller: AbortController
  waiters: number
}

export function createFlights<Result>(): Flights<Result> {
  const flights = new Map<string, Flight<Result>>()

  const start = (key: string, begin: (signal: AbortSignal) => Promise<Result>): Flight<Result> => {
    const controller = new AbortController()
    const flight: Flight<Result> = { result: begin(controller.signal), controller, waiters: 0 }
    flights.set(key, flight)
    const end = (): void => {
      if (flights.get(key) === flight) flights.delete(key)
    }
    flight.result.then(end, end)
    return flight
  }

  return {
    get count() {
      return flights.size
    },
    join: async (key, begin, signal) => {
      signal?.throwIfAborted()
      const running = flights.get(key)
      const isShared = running !== undefined && !running.controller.signal.aborted
      const flight = isShared ? running : start(key, begin)
      flight.waiters += 1
      const result = await untilLeft(flight, signal)
      return { result, isShared }
    },
    abortAll: async (reason) => {
      const all = [...flights.values()]
      for (const flight of all) flight.controller.abort(reason)
      await Promise.allSettled(all.map((flight) => flight.result))
    },
  }
}

function untilLeft<Result>(flight: Flight<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return flight.result
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      flight.waiters -= 1
      if (flight.waiters === 0) flight.controller.abort(signal.reason)
      else reject(signal.reason)
    }
    signal.addEventListener('abort', leave, { once: true })
    flight.result.then(
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
