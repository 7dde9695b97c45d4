/**
 * Seeded random numbers, keyed by what they are for: (seed, step, problem, rollout, purpose).
 * The same key gives the same stream whatever else ran before, so concurrency and resume cannot change a result.
 * Hash: two 32-bit lanes over the key's text (FNV-1a and a variant), mixed into 32 bits.
 * Generator: xoshiro128** seeded through splitmix32. Not for secrets.
 */

export interface Rng {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number
  /** Uniform integer in [0, bound). */
  integer(bound: number): number
  /** One element, uniform. The list must not be empty. */
  pick<T>(list: readonly T[]): T
  /** A shuffled copy (Fisher-Yates). */
  shuffle<T>(list: readonly T[]): T[]
  /** Standard normal (Box-Muller, one draw a call). */
  normal(): number
}

export type RandomKey = readonly (string | number)[]

/** 32-bit seed from a key; stable across versions (runs depend on it). */
export function hashKey(key: RandomKey): number {
  let low = 0x811c9dc5
  let high = 0x2f0b4c47
  for (const part of key) {
    const text = `${typeof part === 'number' ? 'n' : 's'}${part}\u0001`
    for (let i = 0; i < text.length; i++) {
      low = Math.imul(low ^ text.charCodeAt(i), 0x01000193)
      high = Math.imul(high ^ text.charCodeAt(i) ^ (low >>> 15), 0x85ebca6b)
    }
  }
  let mixed = low ^ Math.imul(high ^ (high >>> 16), 0xc2b2ae35)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/** Generator for a key. */
export function randomFor(...key: RandomKey): Rng {
  return randomFromSeed(hashKey(key))
}

/** Generator for a 32-bit seed; `randomFor(...key)` is that of `hashKey(key)`. */
export function randomFromSeed(seed: number): Rng {
  let state = seed >>> 0
  const splitmix = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return (z ^ (z >>> 16)) >>> 0
  }
  let a = splitmix()
  let b = splitmix()
  let c = splitmix()
  let d = splitmix()
  const rotate = (x: number, k: number): number => (x << k) | (x >>> (32 - k))
  const nextBits = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = rotate(d, 11)
    return result
  }
  const next = (): number => nextBits() / 4294967296
  const integer = (bound: number): number => Math.floor(next() * bound)
  return {
    next,
    integer,
    pick: (list) => {
      if (list.length === 0) throw new RangeError('pick needs a list with at least one element')
      return list[integer(list.length)] as (typeof list)[number]
    },
    shuffle: (list) => {
      const copy = [...list]
      for (let i = copy.length - 1; i > 0; i--) {
        const j = integer(i + 1)
        const held = copy[i] as (typeof copy)[number]
        copy[i] = copy[j] as (typeof copy)[number]
        copy[j] = held
      }
      return copy
    },
    normal: () => {
      const u = 1 - next()
      return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * next())
    },
  }
}
