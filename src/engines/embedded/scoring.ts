/** Log-probs and gradients of given sequences, in micro-batches. */

import type { ModelConfig } from '../../models/index.ts'
import {
  addLists,
  type DeviceTensor,
  float32Tensor,
  int32Tensor,
  maskedScore,
  type TensorRuntime,
  type Weights,
} from '../../tensor/index.ts'
import { allowedAlong, type Constraints, scoreMasks } from '../constraint/index.ts'
import type { TokenSequence } from '../policy-engine.ts'
import type { Gradients, TokenScores } from '../training-pass.ts'
import { gradientFunction, gradientInputs, type SequenceShape, scoreFunction, scoreInputs } from './llama.ts'
import { type MicroBatch, type MicroBatchOptions, microBatches, scoredOffset } from './micro-batches.ts'

export interface ScoringContext {
  readonly runtime: TensorRuntime
  readonly config: ModelConfig
  readonly options: MicroBatchOptions
  readonly signal: AbortSignal
  /** Absent: no sequence is constrained. */
  readonly constraints?: Constraints | undefined
}

const keyOf = (kind: string, { rows, length, from, masks }: SequenceShape): string =>
  `${kind}/${rows}x${length}-${from}${masks === 0 ? '' : `-${masks}`}`

/** Log-probs of the completions and the mean entropy over their positions. */
export async function scoreSequences(
  context: ScoringContext,
  weights: Weights,
  sequences: readonly TokenSequence[],
): Promise<TokenScores> {
  const { runtime, config, signal } = context
  const collected = createScores(sequences)
  for (const batch of microBatches(sequences, context.options)) {
    signal.throwIfAborted()
    const { shape, tensors } = batchInputs(context, batch, sequences)
    const compiled = await runtime.sessions.get(
      keyOf('score', shape),
      () => scoreFunction(runtime.jax, config, shape),
      scoreInputs(config, shape),
    )
    const [logprobs, entropies] = await compiled.run([...weights, ...tensors])
    collected.add(batch, logprobs as DeviceTensor, entropies as DeviceTensor)
  }
  return collected.finish()
}

/**
 * The gradient of the sum over tokens of weight * log-prob; log-probs and entropy come along.
 * @param weights one list a sequence, one number a completion token.
 * @returns gradients: one list a parameter tensor; null when there is no sequence.
 */
export async function weightedGradients(
  context: ScoringContext,
  parameters: Weights,
  {
    sequences,
    weights,
  }: { readonly sequences: readonly TokenSequence[]; readonly weights: readonly ArrayLike<number>[] },
): Promise<TokenScores & { readonly gradients: Gradients }> {
  const { runtime, config, signal } = context
  const collected = createScores(sequences)
  let sum: Float32Array[] | null = null
  for (const batch of microBatches(sequences, context.options)) {
    signal.throwIfAborted()
    const { shape, tensors } = batchInputs(context, batch, sequences)
    const compiled = await runtime.sessions.get(
      keyOf('gradient', shape),
      () => gradientFunction(runtime.jax, config, shape),
      gradientInputs(config, shape),
    )
    const tokenWeights = float32Tensor(scoredList(batch, sequences, weights), [batch.targets.length])
    const [logprobs, entropies, ...gradients] = await compiled.run([
      ...parameters,
      ...tensors,
      runtime.backend.place(tokenWeights),
    ])
    collected.add(batch, logprobs as DeviceTensor, entropies as DeviceTensor)
    sum = addLists(
      sum,
      gradients.map(({ data }) => data as Float32Array),
    )
  }
  return { ...collected.finish(), gradients: sum }
}

/** The inputs of a graph behind the parameters, and its shape: with masks where a sequence is held to a grammar. */
function batchInputs(
  { runtime, config, constraints }: ScoringContext,
  { shape, members, tokens, targets }: MicroBatch,
  sequences: readonly TokenSequence[],
): { readonly shape: SequenceShape; readonly tensors: DeviceTensor[] } {
  const { place } = runtime.backend
  const tensors = [
    place(int32Tensor(tokens, [shape.rows, shape.length])),
    place(int32Tensor(targets, [targets.length])),
  ]
  const held = members.flatMap((index, row) => {
    const allowed = allowedAlong(sequences[index] as TokenSequence, constraints)
    return allowed === null ? [] : [{ offset: scoredOffset(shape, row, promptLength(sequences, index)), allowed }]
  })
  const { vocabularySize } = config
  const masks = scoreMasks(held, { vocabularySize, positions: targets.length, refused: maskedScore })
  if (masks === null) return { shape, tensors }
  const table = place(float32Tensor(masks.table, [masks.count, vocabularySize]))
  const rows = place(int32Tensor(masks.rows, [targets.length]))
  return { shape: { ...shape, masks: masks.count }, tensors: [...tensors, table, rows] }
}

/** Numbers per completion token laid out as [B * S]; 0 elsewhere. */
function scoredList(
  { shape, members, targets }: MicroBatch,
  sequences: readonly TokenSequence[],
  values: readonly ArrayLike<number>[],
): Float32Array {
  const list = new Float32Array(targets.length)
  members.forEach((index, row) => {
    list.set(values[index] as ArrayLike<number>, scoredOffset(shape, row, promptLength(sequences, index)))
  })
  return list
}

const promptLength = (sequences: readonly TokenSequence[], index: number): number =>
  (sequences[index] as TokenSequence).prompt.length

function createScores(sequences: readonly TokenSequence[]) {
  const logprobs = sequences.map(({ completion }) => new Float32Array(completion.length))
  let entropySum = 0
  let tokens = 0
  return {
    add({ shape, members }: MicroBatch, fresh: DeviceTensor, entropies: DeviceTensor): void {
      members.forEach((index, row) => {
        const list = logprobs[index] as Float32Array
        const start = scoredOffset(shape, row, promptLength(sequences, index))
        list.set((fresh.data as Float32Array).subarray(start, start + list.length))
        for (let t = 0; t < list.length; t++) entropySum += entropies.data[start + t] as number
        tokens += list.length
      })
    },
    finish: (): TokenScores => ({ logprobs, entropy: tokens === 0 ? 0 : entropySum / tokens }),
  }
}
