/** Scores, log-probs and gradients of given picks, in batches. */
import {
  addLists,
  type DeviceTensor,
  float32Tensor,
  type StateLayout,
  type TensorRuntime,
  type Weights,
} from '../../tensor/index.ts'
import type { TokenSequence } from '../policy-engine.ts'
import type { Gradients, TokenScores } from '../training-pass.ts'
import { choices, type SelectorArchitecture } from './architecture.ts'
import {
  type GraphShape,
  pickGradientFunction,
  pickGradientInputs,
  pickScoreFunction,
  pickScoreInputs,
} from './graphs.ts'
import { checkGroup, type PickBatch, type PickGroup, packBatch, pickBatches } from './pick-batches.ts'
import { type PickTables, type PickTokens, readPrompt } from './pick-tokens.ts'

export interface PickContext {
  readonly runtime: TensorRuntime
  readonly architecture: SelectorArchitecture
  readonly layout: StateLayout
  readonly tables: PickTables
  readonly tokens: PickTokens
  readonly signal: AbortSignal
}

/** Scores of the choices at one step of one sequence of a group, [K], and STOP last where the selector has it; unmasked. */
export type ScoresAt = (group: number, sequence: number, step: number) => Float32Array

const keyOf = (kind: string, { architecture: _, ...sizes }: GraphShape): string => `${kind} ${JSON.stringify(sizes)}`

async function runScores(
  context: PickContext,
  weights: Weights,
  { batch, groups }: { readonly batch: PickBatch; readonly groups: readonly PickGroup[] },
) {
  const { runtime, tables, signal } = context
  signal.throwIfAborted()
  const { shape } = batch
  const compiled = await runtime.sessions.get(
    keyOf('score', shape),
    () => pickScoreFunction(runtime.jax, shape),
    pickScoreInputs(shape),
  )
  const inputs = packBatch(batch, groups, tables).map((tensor) => runtime.backend.place(tensor))
  return (await compiled.run([...weights, ...inputs])) as [DeviceTensor, DeviceTensor, DeviceTensor]
}

/**
 * What the network says of every choice after each prefix of the groups' sequences.
 * @param steps of the longest sequence that is to come of them.
 */
export async function scoreChoices(
  context: PickContext,
  weights: Weights,
  { groups, steps }: { readonly groups: readonly PickGroup[]; readonly steps: number },
): Promise<ScoresAt> {
  const places = new Map<number, { readonly scores: DeviceTensor; readonly row: number; readonly poolSize: number }>()
  for (const batch of pickBatches(context.architecture, groups, steps)) {
    const [scores] = await runScores(context, weights, { batch, groups })
    batch.members.forEach((place, row) => {
      places.set(place, { scores, row, poolSize: batch.shape.poolSize })
    })
  }
  return (group, sequence, step) => {
    const { scores, row, poolSize } = places.get(group) as { scores: DeviceTensor; row: number; poolSize: number }
    // A static selector has one row of scores for all its sequences and steps.
    const [, sequences, steps, columns] = scores.shape as [number, number, number, number]
    const start = ((row * sequences + Math.min(sequence, sequences - 1)) * steps + Math.min(step, steps - 1)) * columns
    const all = (scores.data as Float32Array).subarray(start, start + columns)
    return withoutPadding(context.architecture, all, {
      padded: poolSize,
      poolSize: (groups[group] as PickGroup).pool.length,
    })
  }
}

function withoutPadding(
  architecture: SelectorArchitecture,
  row: Float32Array,
  { padded, poolSize }: { readonly padded: number; readonly poolSize: number },
): Float32Array {
  if (padded === poolSize) return row
  const hasStop = choices(architecture, poolSize) > poolSize
  return hasStop ? Float32Array.of(...row.subarray(0, poolSize), row.at(-1) as number) : row.subarray(0, poolSize)
}

/** Log-probs of the completions and the mean entropy over their steps. */
export async function scorePicks(
  context: PickContext,
  weights: Weights,
  sequences: readonly TokenSequence[],
): Promise<TokenScores> {
  const grouped = groupSequences(context, sequences)
  const collected = createScores(sequences)
  for (const batch of pickBatches(context.architecture, grouped.groups)) {
    const [, logprobs, entropies] = await runScores(context, weights, { batch, groups: grouped.groups })
    collected.add(batch, grouped, logprobs, entropies)
  }
  return collected.finish()
}

/** The gradient of the sum over tokens of weight * log-prob. @param tokenWeights one list a sequence, one number a token. */
export async function pickGradients(
  context: PickContext,
  parameters: Weights,
  {
    sequences,
    tokenWeights,
  }: { readonly sequences: readonly TokenSequence[]; readonly tokenWeights: readonly ArrayLike<number>[] },
): Promise<TokenScores & { readonly gradients: Gradients }> {
  const { runtime, tables, layout, signal } = context
  const grouped = groupSequences(context, sequences)
  const collected = createScores(sequences)
  let sum: Gradients = null
  for (const batch of pickBatches(context.architecture, grouped.groups)) {
    signal.throwIfAborted()
    const { shape } = batch
    const compiled = await runtime.sessions.get(
      keyOf('gradient', shape),
      () => pickGradientFunction(runtime.jax, shape, layout.trained),
      pickGradientInputs(shape),
    )
    const weights = new Float32Array(shape.queries * shape.sequences * shape.steps)
    forEachMember(batch, grouped, (index, start) => {
      weights.set(tokenWeights[index] as ArrayLike<number>, start)
    })
    const inputs = [
      ...packBatch(batch, grouped.groups, tables),
      float32Tensor(weights, [shape.queries, shape.sequences, shape.steps]),
    ]
    const [logprobs, entropies, ...gradients] = (await compiled.run([
      ...parameters,
      ...inputs.map((tensor) => runtime.backend.place(tensor)),
    ])) as [DeviceTensor, DeviceTensor, ...DeviceTensor[]]
    collected.add(batch, grouped, logprobs, entropies)
    sum = addLists(
      sum,
      gradients.map(({ data }) => data as Float32Array),
    )
  }
  return { ...collected.finish(), gradients: sum }
}

interface Grouped {
  readonly groups: readonly PickGroup[]
  /** Of every sequence of a group its place in the list that was given. */
  readonly indices: readonly (readonly number[])[]
}

/** Sequences of one prompt become one group; empty ones have no part in it. */
function groupSequences({ architecture, tokens }: PickContext, sequences: readonly TokenSequence[]): Grouped {
  const byPrompt = new Map<string, { group: PickGroup; sequences: number[][]; indices: number[] }>()
  sequences.forEach(({ prompt, completion }, index) => {
    if (completion.length === 0) return
    const key = prompt.join()
    let entry = byPrompt.get(key)
    if (entry === undefined) {
      const list: number[][] = []
      entry = { group: { ...readPrompt(tokens, prompt), sequences: list }, sequences: list, indices: [] }
      byPrompt.set(key, entry)
    }
    const { pool } = entry.group
    entry.sequences.push(completion.map((token) => (token === tokens.candidates ? pool.length : pool.indexOf(token))))
    entry.indices.push(index)
  })
  const entries = [...byPrompt.values()]
  for (const { group } of entries) checkGroup(architecture, group)
  return { groups: entries.map(({ group }) => group), indices: entries.map(({ indices }) => indices) }
}

/** Calls with the place of each sequence in the list that was given, and where its numbers begin in a tensor [B, N, S]. */
function forEachMember(
  { shape, members }: PickBatch,
  { indices }: Grouped,
  visit: (index: number, start: number) => void,
): void {
  members.forEach((place, row) => {
    indices[place]?.forEach((index, i) => {
      visit(index, (row * shape.sequences + i) * shape.steps)
    })
  })
}

function createScores(sequences: readonly TokenSequence[]) {
  const logprobs = sequences.map(({ completion }) => new Float32Array(completion.length))
  let entropySum = 0
  let count = 0
  return {
    add(batch: PickBatch, grouped: Grouped, fresh: DeviceTensor, entropies: DeviceTensor): void {
      forEachMember(batch, grouped, (index, start) => {
        const list = logprobs[index] as Float32Array
        list.set((fresh.data as Float32Array).subarray(start, start + list.length))
        for (let t = 0; t < list.length; t++) entropySum += entropies.data[start + t] as number
        count += list.length
      })
    },
    finish: (): TokenScores => ({ logprobs, entropy: count === 0 ? 0 : entropySum / count }),
  }
}
