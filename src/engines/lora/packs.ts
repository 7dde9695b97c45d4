/**
 * Prefix packing: the completions of one prompt are laid behind a single copy of it, each seeing the prompt and itself, so
 * that the prompt is computed once. Exact: positions count on from the prompt's end, the mask hides the other completions.
 */
import { maskedScore } from '../../tensor/index.ts'
import type { TokenSequence } from '../policy-engine.ts'
import type { RowShape } from './graphs.ts'

/** A token whose log-prob is wanted. */
export interface ScoredToken {
  /** Index of the position that predicts it: within its pack, or of a batch within [B * T]. */
  readonly place: number
  readonly target: number
  readonly sequence: number
  /** Index within the completion. */
  readonly offset: number
}

interface Pack {
  readonly tokens: number[]
  readonly positions: number[]
  /** 0 for the prompt, then one number a completion. */
  readonly segments: number[]
  readonly scored: ScoredToken[]
}

export interface PackedBatch extends RowShape {
  /** Each [B * T], 0 where padded but for `segments`, which is -1 there. */
  readonly tokens: Int32Array
  readonly positions: Int32Array
  readonly segments: Int32Array
  readonly scored: readonly ScoredToken[]
}

export interface PackingOptions {
  /** Positions of a batch, padding included; one pack that is longer is a batch of its own. */
  readonly batchTokens: number
  /**
   * Cost of one more position that a position may attend to, over the cost of the position itself: packing computes
   * products between completions that the mask then hides.
   */
  readonly attentionShare: number
}

/** @returns batches that hold every token of every completion once. */
export function packedBatches(sequences: readonly TokenSequence[], options: PackingOptions): PackedBatch[] {
  const packs = packSequences(sequences, options).toSorted((a, b) => b.tokens.length - a.tokens.length)
  const batches: PackedBatch[] = []
  for (let start = 0; start < packs.length; ) {
    const length = lengthBucket((packs[start] as Pack).tokens.length)
    const most = Math.max(1, Math.floor(options.batchTokens / length))
    let end = start + 1
    while (
      end < packs.length &&
      end - start < most &&
      lengthBucket((packs[end] as Pack).tokens.length) >= 0.8 * length
    ) {
      end += 1
    }
    batches.push(fill(packs.slice(start, end), length))
    start = end
  }
  return batches
}

/** Few lengths, as each shape is compiled; at most an eighth more than asked. */
export function lengthBucket(length: number): number {
  const step = Math.max(16, 2 ** Math.floor(Math.log2(Math.max(1, length)) - 3))
  return Math.ceil(length / step) * step
}

function packSequences(sequences: readonly TokenSequence[], options: PackingOptions): Pack[] {
  const groups = new Map<string, number[]>()
  sequences.forEach(({ prompt, completion }, i) => {
    if (completion.length === 0) return
    const key = prompt.join()
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [i])
    else group.push(i)
  })
  return [...groups.values()].flatMap((members) => packGroup(sequences, members, options))
}

/** Puts completions behind the prompt as long as that makes each of them cheaper. */
function packGroup(
  sequences: readonly TokenSequence[],
  members: readonly number[],
  { batchTokens, attentionShare }: PackingOptions,
): Pack[] {
  const { prompt } = sequences[members[0] as number] as TokenSequence
  const costOf = (length: number, count: number): number => (length + attentionShare * length * length) / count
  const packs: Pack[] = []
  let open: Pack | null = null
  let held = 0
  for (const sequence of members) {
    const { completion } = sequences[sequence] as TokenSequence
    const length: number = (open?.tokens.length ?? 0) + completion.length - 1
    const isCheaper: boolean =
      open !== null && costOf(length, held + 1) <= costOf(open.tokens.length, held) && length <= batchTokens
    if (open === null || !isCheaper) {
      open = { tokens: [...prompt], positions: prompt.map((_, i) => i), segments: prompt.map(() => 0), scored: [] }
      packs.push(open)
      held = 0
    }
    held += 1
    append(open, { completion, sequence, segment: held, promptLength: prompt.length })
  }
  return packs
}

function append(
  { tokens, positions, segments, scored }: Pack,
  {
    completion,
    sequence,
    segment,
    promptLength,
  }: {
    readonly completion: readonly number[]
    readonly sequence: number
    readonly segment: number
    readonly promptLength: number
  },
): void {
  const start = tokens.length
  completion.forEach((target, offset) => {
    scored.push({ place: offset === 0 ? promptLength - 1 : start + offset - 1, target, sequence, offset })
    // The last token is only ever a target.
    if (offset === completion.length - 1) return
    tokens.push(target)
    positions.push(promptLength + offset)
    segments.push(segment)
  })
}

function fill(packs: readonly Pack[], length: number): PackedBatch {
  const size = packs.length * length
  const tokens = new Int32Array(size)
  const positions = new Int32Array(size)
  const segments = new Int32Array(size).fill(-1)
  packs.forEach((pack, row) => {
    tokens.set(pack.tokens, row * length)
    positions.set(pack.positions, row * length)
    segments.set(pack.segments, row * length)
  })
  const scored = packs.flatMap((pack, row) =>
    pack.scored.map((token) => ({ ...token, place: row * length + token.place })),
  )
  return { rows: packs.length, length, tokens, positions, segments, scored }
}

/**
 * What each position may attend to: those before it and itself, of the prompt or of its own completion, no further back than
 * `window`.
 * @returns [B, 1, 1, T, T], 0 or `maskedScore`.
 */
export function packMask(
  { rows, length, positions, segments }: Omit<PackedBatch, 'tokens' | 'scored'>,
  window: number | null,
): Float32Array {
  const mask = new Float32Array(rows * length * length).fill(maskedScore)
  const reach = window ?? Number.POSITIVE_INFINITY
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < length; i++) {
      const own = segments[row * length + i] as number
      const position = positions[row * length + i] as number
      const start = (row * length + i) * length
      for (let j = 0; j <= i; j++) {
        const other = segments[row * length + j] as number
        if (other !== 0 && other !== own) continue
        if (position - (positions[row * length + j] as number) < reach) mask[start + j] = 0
      }
    }
  }
  return mask
}
