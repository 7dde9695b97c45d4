/** Log-probs and adapter gradients of given sequences, in batches of prefix-packed groups. */
import { addLists, type Weights } from '../../tensor/index.ts'
import { allowedAlong, type Constraints } from '../constraint/index.ts'
import type { TokenSequence } from '../policy-engine.ts'
import type { Gradients, TokenScores } from '../training-pass.ts'
import type { KeptStates } from './kept-states.ts'
import { type PackedBatch, packedBatches } from './packs.ts'
import { backwards, batchGeometry, forwards, type LayeredModel, scoreHead } from './passes.ts'

export interface PassContext {
  readonly model: LayeredModel
  readonly batchTokens: number
  readonly signal: AbortSignal
  /** Where scoring leaves what the gradients of the same sequences need; absent: nowhere. */
  readonly kept?: KeptStates
  /** Absent: no sequence is constrained. */
  readonly constraints?: Constraints | undefined
}

/** @param adapter null scores with the base alone. */
export async function scorePacked(
  { model, batchTokens, signal, constraints, kept }: PassContext,
  adapter: Weights | null,
  sequences: readonly TokenSequence[],
): Promise<TokenScores> {
  const collected = createScores(sequences)
  const allowed = sequences.map((sequence) => allowedAlong(sequence, constraints))
  for (const batch of batchesOf(model, sequences, batchTokens)) {
    const geometry = batchGeometry(model, batch)
    const states = await forwards(model, adapter, { batch, geometry, signal })
    kept?.keep(batch, states)
    collected.add(batch, await scoreHead(model, states.at(-1) as Weights[0], { batch, weights: null, allowed, signal }))
  }
  return collected.finish()
}

/**
 * The gradient of the sum over tokens of weight * log-prob; log-probs and entropy come along.
 * @param weights one list a sequence, one number a completion token.
 * @returns gradients: one list an adapter tensor; null when there is no sequence.
 */
export async function packedGradients(
  { model, batchTokens, signal, constraints, kept }: PassContext,
  adapter: Weights,
  {
    sequences,
    weights,
  }: { readonly sequences: readonly TokenSequence[]; readonly weights: readonly ArrayLike<number>[] },
): Promise<TokenScores & { readonly gradients: Gradients }> {
  const collected = createScores(sequences)
  const allowed = sequences.map((sequence) => allowedAlong(sequence, constraints))
  let sum: Float32Array[] | null = null
  for (const batch of batchesOf(model, sequences, batchTokens)) {
    const geometry = batchGeometry(model, batch)
    const states = kept?.take(batch) ?? (await forwards(model, adapter, { batch, geometry, signal }))
    const own = Float32Array.from(batch.scored, ({ sequence, offset }) => weights[sequence]?.[offset] as number)
    const head = await scoreHead(model, states.at(-1) as Weights[0], { batch, weights: own, allowed, signal })
    collected.add(batch, head)
    sum = addLists(sum, await backwards(model, adapter, { batch, geometry, states, change: head.change, signal }))
  }
  return { ...collected.finish(), gradients: sum }
}

function batchesOf({ config }: LayeredModel, sequences: readonly TokenSequence[], batchTokens: number): PackedBatch[] {
  const { hiddenSize: width, intermediateSize: hidden, heads, keyValueHeads, headSize } = config
  const products = width * headSize * 2 * (heads + keyValueHeads) + 3 * width * hidden
  return packedBatches(sequences, { batchTokens, attentionShare: (2 * heads * headSize) / products })
}

function createScores(sequences: readonly TokenSequence[]) {
  const logprobs = sequences.map(({ completion }) => new Float32Array(completion.length))
  let entropySum = 0
  let tokens = 0
  return {
    add({ scored }: PackedBatch, fresh: { readonly logprobs: Float32Array; readonly entropies: Float32Array }): void {
      scored.forEach(({ sequence, offset }, i) => {
        ;(logprobs[sequence] as Float32Array)[offset] = fresh.logprobs[i] as number
        entropySum += fresh.entropies[i] as number
      })
      tokens += scored.length
    },
    finish: (): TokenScores => ({ logprobs, entropy: tokens === 0 ? 0 : entropySum / tokens }),
  }
}
