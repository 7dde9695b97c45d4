/**
 * Cuts sequences of unequal length into micro-batches of few shapes: one compiled graph a shape. Sequences are sorted by
 * length, so that little is padding; a batch that is not full is padded with rows of weight 0.
 */
import type { TokenSequence } from '../policy-engine.ts'
import type { SequenceShape } from './llama.ts'

export interface MicroBatch {
  readonly shape: SequenceShape
  /** Indices into the sequences; at most `shape.rows`. */
  readonly members: readonly number[]
  /** Input tokens [B * T], 0 where padded. */
  readonly tokens: Int32Array
  /** Next tokens [B * S] of the scored positions, 0 where nothing is scored. */
  readonly targets: Int32Array
}

export interface MicroBatchOptions {
  /** Tokens of a micro-batch, padding included; bounds the memory of a training step. */
  readonly microBatchTokens: number
  readonly contextLength: number
  /**
   * Fewest scored positions of a micro-batch: the model's width, where results must be the same on any number of
   * threads. In wider-than-high products onnxruntime's order of summation depends on it.
   */
  readonly leastPositions: number
}

const lengthStep = 16
const fromStep = 16

/** Input positions that a sequence needs: its last token is only ever a target. */
const inputLength = ({ prompt, completion }: TokenSequence): number => prompt.length + completion.length - 1

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step

/** As many rows as fill `microBatchTokens`; for fewer sequences a power of two that takes the `available` ones. */
function rowsFor(
  { length, from }: Pick<SequenceShape, 'length' | 'from'>,
  available: number,
  options: MicroBatchOptions,
): number {
  const most = Math.max(1, Math.floor(options.microBatchTokens / length))
  let rows = 1
  while (rows < Math.min(available, most)) rows = Math.min(2 * rows, most)
  while (rows * (length - from) < options.leastPositions) rows *= 2
  return rows
}

export function microBatches(sequences: readonly TokenSequence[], options: MicroBatchOptions): MicroBatch[] {
  const order = sequences
    .map((sequence, index) => ({ index, length: inputLength(sequence) }))
    .filter(({ index }) => (sequences[index] as TokenSequence).completion.length > 0)
    .toSorted((a, b) => b.length - a.length || a.index - b.index)
  const shortestPrompt = order.reduce(
    (least, { index }) => Math.min(least, (sequences[index] as TokenSequence).prompt.length),
    Number.POSITIVE_INFINITY,
  )
  const from = Math.max(0, Math.floor((shortestPrompt - 1) / fromStep) * fromStep)
  const batches: MicroBatch[] = []
  for (let start = 0; start < order.length; ) {
    const longest = (order[start] as { length: number }).length
    const length = Math.min(roundUp(longest, lengthStep), Math.max(longest, options.contextLength))
    const bucket = { length, from: Math.min(from, length - 1), masks: 0 }
    const rows = rowsFor(bucket, order.length - start, options)
    const members = order.slice(start, start + rows).map(({ index }) => index)
    batches.push(fill(sequences, members, { rows, ...bucket }))
    start += members.length
  }
  return batches
}

function fill(sequences: readonly TokenSequence[], members: readonly number[], shape: SequenceShape): MicroBatch {
  const { rows, length, from } = shape
  const tokens = new Int32Array(rows * length)
  const targets = new Int32Array(rows * (length - from))
  members.forEach((index, row) => {
    const { prompt, completion } = sequences[index] as TokenSequence
    const all = [...prompt, ...completion]
    tokens.set(all.slice(0, -1), row * length)
    targets.set(completion, scoredOffset(shape, row, prompt.length))
  })
  return { shape, members, tokens, targets }
}

/** Place of a row's first completion token in lists of shape [B * S]. */
export function scoredOffset(
  { length, from }: Pick<SequenceShape, 'length' | 'from'>,
  row: number,
  promptLength: number,
): number {
  return row * (length - from) + promptLength - 1 - from
}
