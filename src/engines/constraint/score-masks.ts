/** What was allowed at each token of sequences that are scored, and the same as tensors. */
import type { TokenSequence } from '../policy-engine.ts'
import type { Constraints } from './constraints.ts'

/** Of a sequence: the tokens that were allowed at each of its completion's; null: all. */
export type AllowedAlong = readonly (Int32Array | null)[]

/** @returns null for a sequence that is free. @throws Error where it names a grammar that the engine was not opened with. */
export function allowedAlong(sequence: TokenSequence, constraints: Constraints | undefined): AllowedAlong | null {
  if (sequence.constraint === undefined) return null
  if (constraints === undefined) throw new Error('this engine was opened without grammars')
  const walk = constraints.walkOf(sequence)
  if (walk === null) return null
  return sequence.completion.map((token) => {
    const allowed = walk.allowed()?.tokens
    walk.take(token)
    // What the grammar would not have allowed was not sampled under it.
    return allowed?.includes(token) === true ? allowed : null
  })
}

/** Distinct masks once, and which one each scored token has. */
export interface ScoreMasks {
  /** [M, V]: 0 where a token is allowed, `refused` where not. Mask 0 allows all; M is a power of two, 8 or more. */
  readonly table: Float32Array
  readonly count: number
  /** [N]: the mask of each scored token. */
  readonly rows: Int32Array
}

export interface MaskPlan {
  readonly vocabularySize: number
  /** Scored tokens N, padding included. */
  readonly positions: number
  /** Added to the logit of a token that is not allowed: so low that its probability is 0. */
  readonly refused: number
}

const fewestMasks = 8

/**
 * @param sequences what was allowed along each, from the place of its first scored token on.
 * @returns null where nothing is refused anywhere.
 */
export function scoreMasks(
  sequences: readonly { readonly offset: number; readonly allowed: AllowedAlong }[],
  { vocabularySize, positions, refused }: MaskPlan,
): ScoreMasks | null {
  const masks: Int32Array[] = []
  const known = new Map<Int32Array | number, number>()
  const maskOf = (tokens: Int32Array): number => {
    const key = tokens.length === 1 ? (tokens[0] as number) : tokens
    const mask = known.get(key) ?? masks.push(tokens)
    known.set(key, mask)
    return mask
  }
  const rows = new Int32Array(positions)
  for (const { offset, allowed } of sequences) {
    allowed.forEach((tokens, t) => {
      if (tokens !== null) rows[offset + t] = maskOf(tokens)
    })
  }
  if (masks.length === 0) return null
  let count = fewestMasks
  while (count < masks.length + 1) count *= 2
  const table = new Float32Array(count * vocabularySize)
  masks.forEach((tokens, i) => {
    refuseOthers(table.subarray((i + 1) * vocabularySize, (i + 2) * vocabularySize), tokens, refused)
  })
  return { table, count, rows }
}

/** Fills a row [V] with `refused` but for the tokens that are allowed. */
export function refuseOthers(row: Float32Array, allowed: Int32Array, refused: number): void {
  row.fill(refused)
  for (const token of allowed) row[token] = 0
}
