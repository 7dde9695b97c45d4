/** Faults that the server plays on purpose, each with its rate, drawn from a seeded generator in the order of requests. */
import { randomFor } from '../core/random.ts'

export interface ServerFaults {
  /** Share of requests that are carried out and whose reply is then lost. */
  readonly dropReplies: number
  /** Share of requests that are answered 429 and not carried out. */
  readonly rateLimit: number
  /** Share of requests that are answered 503 and not carried out. */
  readonly serverError: number
  /** Every reply waits this long. */
  readonly latencyMs: number
}

export const noServerFaults: ServerFaults = { dropReplies: 0, rateLimit: 0, serverError: 0, latencyMs: 0 }

export interface DrawnFault {
  readonly refusal: 429 | 503 | null
  readonly isReplyLost: boolean
}

export function createFaultDraw(faults: ServerFaults, seed: number): () => DrawnFault {
  const rng = randomFor(seed, 'server faults')
  return () => {
    const [first, second] = [rng.next(), rng.next()]
    const refusal = first < faults.rateLimit ? 429 : first < faults.rateLimit + faults.serverError ? 503 : null
    return { refusal, isReplyLost: refusal === null && second < faults.dropReplies }
  }
}
