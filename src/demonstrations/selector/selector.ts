/**
 * A selector on the main thread: a network with its weights and the embeddings it reads, in a worker. It proposes
 * sequences, scores given ones, and takes training steps.
 */
import type { Json } from '../../core/json.ts'
import { elementCount, float32Tensor, type HostTensor, startTensorWorker } from '../../tensor/index.ts'
import { architectureJson, isStatic, type SelectorArchitecture } from './architecture.ts'
import {
  type BatchBounds,
  checkFeatures,
  checkGroup,
  type PooledQuery,
  type ScoredGroup,
  type SelectorFeatures,
} from './batch.ts'
import { selectorParameterCount, selectorParameterSpecs } from './parameters.ts'
import { type Proposal, type ProposeOptions, proposeSequences, type StepScores } from './propose.ts'
import type {
  GradientAnswer,
  LearnAnswer,
  LearnCall,
  ScoreAnswer,
  ScoreCall,
  SelectorState,
  SelectorWorkerArgument,
} from './selector-messages.ts'

export interface Selector {
  readonly architecture: SelectorArchitecture
  readonly parameterCount: number
  /** @param n sequences of each query. @returns by query. */
  propose(
    queries: readonly PooledQuery[],
    n: number,
    options: ProposeOptions,
    signal?: AbortSignal,
  ): Promise<Proposal[][]>
  /**
   * log-probs of given sequences, in nats, by group and sequence.
   * @param options.isReference under the reference; `dropoutRate` with the masks that the groups' keys name.
   */
  logprobs(groups: readonly ScoredGroup[], options?: ScoringOptions, signal?: AbortSignal): Promise<number[][]>
  /** Scores of the first pick by query, [K] (and STOP last where there is one), before any mask. */
  firstScores(queries: readonly PooledQuery[], signal?: AbortSignal): Promise<Float32Array[]>
  /** One optimizer step. A loss or norm that is not finite changes nothing. */
  learn(call: LearnCall, signal?: AbortSignal): Promise<LearnAnswer>
  /** What `learn` would follow, without the step. */
  gradients(call: LearnCall, signal?: AbortSignal): Promise<GradientAnswer>
  /** The weights of this moment become the reference of the clipped loss. */
  holdReference(): Promise<void>
  /** Forgets the optimizer's moments. */
  dropMoments(): Promise<void>
  /** A copy of all weights and moments. */
  state(): Promise<SelectorState>
  setState(state: SelectorState): Promise<void>
  /** The weights by name, as checkpoints hold them. */
  tensors(): Promise<Map<string, HostTensor>>
  close(): Promise<void>
}

export interface ScoringOptions {
  readonly isReference?: boolean
  readonly dropoutRate?: number
}

export interface OpenSelectorOptions {
  readonly architecture: SelectorArchitecture
  /** By name, as `initialParameters` makes and checkpoints hold them. */
  readonly tensors: ReadonlyMap<string, HostTensor>
  readonly features: SelectorFeatures
  /** Threads of one operator. Default 1: these graphs are small, and a second thread is slower on a busy machine. */
  readonly threads?: number
  readonly backend?: 'auto' | 'onnxruntime' | 'jax-js'
}

/** Queries scored in one graph. */
const scoringBatch = 8

export async function openSelector(options: OpenSelectorOptions): Promise<Selector> {
  const { architecture, tensors, features } = options
  checkFeatures(architecture, features)
  const specs = selectorParameterSpecs(architecture)
  const parameters = specs.map(({ name, shape }) => {
    const data = tensors.get(name)?.data
    if (!(data instanceof Float32Array) || data.length !== elementCount(shape)) {
      throw new Error(`the selector's tensor ${name} is missing or has another size`)
    }
    return data
  })
  const shared: SelectorFeatures = {
    width: features.width,
    queries: onSharedMemory(features.queries),
    candidates: onSharedMemory(features.candidates),
  }
  const argument: SelectorWorkerArgument = {
    architecture: architectureJson(architecture) as Json,
    parameters,
    features: shared,
  }
  const worker = await startTensorWorker(new URL('./selector-worker.ts', import.meta.url), {
    argument,
    threads: options.threads ?? 1,
    backend: options.backend ?? 'auto',
  })

  const scoreAll = async <Result>(
    groups: readonly ScoredGroup[],
    { isReference = false, dropoutRate = 0 }: ScoringOptions,
    {
      read,
      steps = 1,
      signal,
    }: { read: (answer: ScoreAnswer, count: number) => Result[]; steps?: number; signal?: AbortSignal | undefined },
  ): Promise<Result[]> => {
    for (const group of groups) checkGroup(architecture, group)
    const bounds: BatchBounds = {
      queries: Math.min(scoringBatch, groups.length),
      sequences: Math.max(1, ...groups.map(({ sequences }) => sequences.length)),
      steps: Math.max(steps, ...groups.flatMap(({ sequences }) => sequences.map(({ length }) => length))),
      dropoutRate,
    }
    const results: Result[] = []
    for (let start = 0; start < groups.length; start += scoringBatch) {
      const batch = groups.slice(start, start + scoringBatch)
      const call: ScoreCall = { groups: batch, bounds, isReference }
      results.push(...read(await worker.call<ScoreAnswer>('score', call, signal), batch.length))
    }
    return results
  }

  const firstScores = (queries: readonly PooledQuery[], signal?: AbortSignal): Promise<Float32Array[]> =>
    scoreAll(
      queries.map(({ query, pool }): ScoredGroup => ({ query, pool, sequences: [] })),
      {},
      {
        read: (answer, count) =>
          columnsOf(answer, count, { sequences: 1, steps: 1, step: 0 }).map((rows) => rows[0] as Float32Array),
        signal,
      },
    ).then((list) => list.map((row, i) => withoutPadding(row, (queries[i] as PooledQuery).pool.length)))

  /** Scores of the pool and, where the selector has it, STOP as the last column. */
  const withoutPadding = (row: Float32Array, poolSize: number): Float32Array => {
    const hasStop = architecture.kind === 'pointer' && architecture.stop !== null
    if (row.length === poolSize + (hasStop ? 1 : 0)) return row
    return hasStop ? Float32Array.of(...row.subarray(0, poolSize), row.at(-1) as number) : row.slice(0, poolSize)
  }

  const stepScoresOf = (queries: readonly PooledQuery[], shots: number, signal?: AbortSignal): StepScores => {
    let known: Float32Array[] | null = null
    return async (prefixes, step) => {
      if (isStatic(architecture)) {
        known ??= await firstScores(queries, signal)
        const scores = known
        return prefixes.map((list, q) => list.map(() => scores[q] as Float32Array))
      }
      const width = Math.max(...prefixes.map((list) => list.length))
      const groups = queries.map(
        ({ query, pool }, q): ScoredGroup => ({
          query,
          pool,
          sequences: (prefixes[q] ?? []).filter((picks) => picks.length > 0),
        }),
      )
      // All prefixes are empty at step 0 and none is later; the graph is that of whole sequences at every step.
      const rows = await scoreAll(
        groups,
        {},
        {
          steps: shots,
          signal,
          read: (answer, count) => {
            const sequences = answer.scores.length / (answer.columns * shots * graphQueries(queries.length))
            return columnsOf(answer, count, { sequences, steps: shots, step })
          },
        },
      )
      return rows.map((list, q) => {
        const poolSize = (queries[q] as PooledQuery).pool.length
        return Array.from({ length: Math.max(width, 1) }, (_, i) =>
          withoutPadding((list[i] ?? list[0]) as Float32Array, poolSize),
        )
      })
    }
  }

  return {
    architecture,
    parameterCount: selectorParameterCount(architecture),
    propose: (queries, n, proposeOptions, signal) =>
      proposeSequences(architecture, queries, n, {
        options: proposeOptions,
        stepScores: stepScoresOf(queries, proposeOptions.shots, signal),
      }),
    logprobs: (groups, scoring = {}, signal) =>
      scoreAll(groups, scoring, { read: (answer) => answer.logprobs.map((row) => [...row]), signal }),
    firstScores,
    learn: (call, signal) => worker.call('learn', call, signal),
    gradients: (call, signal) => worker.call('gradients', call, signal),
    holdReference: () => worker.call('holdReference', null),
    dropMoments: () => worker.call('dropMoments', null),
    state: () => worker.call('state', null),
    setState: (state) => worker.call('setState', state),
    async tensors() {
      const { parameters: data } = await worker.call<SelectorState>('state', null)
      return new Map(specs.map(({ name, shape }, i) => [name, float32Tensor(data[i] as Float32Array, shape)]))
    },
    close: () => worker.close(),
  }
}

const graphQueries = (count: number): number => Math.min(scoringBatch, count)

/** Scores of one step, by query and sequence. A static selector's scores have one sequence and one step. */
function columnsOf(
  { scores, columns }: ScoreAnswer,
  count: number,
  { sequences, steps, step }: { readonly sequences: number; readonly steps: number; readonly step: number },
): Float32Array[][] {
  return Array.from({ length: count }, (_, query) =>
    Array.from({ length: sequences }, (_, sequence) => {
      const start = ((query * sequences + sequence) * steps + step) * columns
      return scores.slice(start, start + columns)
    }),
  )
}

function onSharedMemory(data: Float32Array): Float32Array {
  if (data.buffer instanceof SharedArrayBuffer) return data
  const shared = new Float32Array(new SharedArrayBuffer(data.byteLength))
  shared.set(data)
  return shared
}
