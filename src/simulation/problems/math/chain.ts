/**
 * Problems written as a chain of events: a start value, then one sentence an event, each changing the running value.
 * The chain's length is the difficulty.
 */
import type { Rng } from '../../../core/random.ts'

/** One event that happened: the value after it, what it was (for the parameters), and ways to phrase it. */
interface Turn {
  readonly value: number
  readonly key: string
  readonly phrases: readonly string[]
}

/** Draws an event that fits the running value, or null when none does. */
export type Move = (rng: Rng, value: number) => Turn | null

interface Tale {
  readonly value: number
  readonly keys: readonly string[]
  readonly sentences: readonly string[]
}

/** `count` events after `start`; no kind of event twice in a row, and each kind once before any comes again. */
export function writeTale(
  rng: Rng,
  { start, moves, count }: { readonly start: number; readonly moves: readonly Move[]; readonly count: number },
): Tale | null {
  let value = start
  const keys: string[] = []
  const sentences: string[] = []
  let left: readonly Move[] = []
  let last: Move | undefined
  for (let i = 0; i < count; i++) {
    if (left.length === 0) left = moves
    const open = left.filter((move) => move !== last || moves.length === 1)
    const move = rng.pick(open.length > 0 ? open : moves)
    const turn = move(rng, value)
    if (turn === null) return null
    left = left.filter((other) => other !== move)
    last = move
    value = turn.value
    keys.push(turn.key)
    sentences.push(rng.pick(turn.phrases))
  }
  return { value, keys, sentences }
}

/** @returns whether the value is a whole number of cents, as prices must be. */
export function isCents(value: number): boolean {
  return Math.abs(value * 100 - Math.round(value * 100)) < 1e-7
}

export function toCents(value: number): number {
  return Math.round(value * 100) / 100
}
