/**
 * Sequences from a selector: the best one, a beam, or samples. Works on scores of a step given the picks so far, which
 * the caller provides; masks, log-probs and draws are float64 here.
 */
import { randomFor } from '../../core/random.ts'
import { leastShots, type SelectorArchitecture } from './architecture.ts'
import { type PooledQuery, tooManyShots } from './batch.ts'
import { draw, logSoftmax } from './plackett-luce.ts'

export interface ProposeOptions {
  readonly method: 'greedy' | 'beam' | 'sample'
  readonly shots: number
  /** Of sampling; 1 is the policy itself. Default 1. */
  readonly temperature?: number
  /** Of sampling. Default 0. */
  readonly seed?: number
  /** Distinguishes draws of the same seed and query, such as the round. */
  readonly stream?: string
}

/** A sequence of pointers in pick order: the first pick is the likeliest alone. */
export interface Proposal {
  /** Positions in the pool, distinct; fewer than asked where the selector stopped. */
  readonly pointers: readonly number[]
  /** The picks as the selector scores them: with STOP (the pool's size) where it was chosen. */
  readonly picks: readonly number[]
  /** log-prob under the policy at temperature 1, in nats, STOP included. */
  readonly logprob: number
  /** By pick. */
  readonly stepLogprobs: readonly number[]
}

/** Scores [C] after each prefix, by query and prefix. All prefixes have the same length. */
export type StepScores = (
  prefixes: readonly (readonly (readonly number[])[])[],
  step: number,
) => Promise<readonly (readonly ArrayLike<number>[])[]>

interface Partial_ {
  readonly picks: readonly number[]
  readonly logprob: number
  readonly stepLogprobs: readonly number[]
}

/**
 * @param n sequences of each query; a beam may have fewer where the pool is small.
 * @returns by query, the likeliest first for beams, in the order drawn for samples.
 */
export async function proposeSequences(
  architecture: SelectorArchitecture,
  queries: readonly PooledQuery[],
  n: number,
  { options, stepScores }: { readonly options: ProposeOptions; readonly stepScores: StepScores },
): Promise<Proposal[][]> {
  const { method, shots } = options
  for (const { pool } of queries) if (shots > pool.length) throw tooManyShots(shots, pool.length)
  const start: Partial_ = { picks: [], logprob: 0, stepLogprobs: [] }
  const width = method === 'greedy' ? 1 : n
  let partials = queries.map((): Partial_[] => Array.from({ length: method === 'sample' ? width : 1 }, () => start))
  const streams = queries.map(({ query }) =>
    Array.from({ length: width }, (_, i) => randomFor(options.seed ?? 0, 'propose', options.stream ?? '', query, i)),
  )
  for (let step = 0; step < shots; step++) {
    const scores = await stepScores(
      partials.map((list) => list.map(({ picks }) => picks)),
      step,
    )
    partials = partials.map((list, q) => {
      const poolSize = (queries[q] as PooledQuery).pool.length
      const extended = list.map((partial, i) => {
        const logprobs = openLogprobs(architecture, poolSize, partial, scores[q]?.[i] as ArrayLike<number>)
        if (logprobs === null) return [partial]
        if (method === 'sample') {
          const rng = streams[q]?.[i] as ReturnType<typeof randomFor>
          return [extend(partial, logprobs, draw(logprobs, options.temperature ?? 1, rng))]
        }
        return bestChoices(logprobs, width).map((choice) => extend(partial, logprobs, choice))
      })
      const all = extended.flat()
      return method === 'sample' ? all : all.sort((a, b) => b.logprob - a.logprob).slice(0, width)
    })
  }
  return partials.map((list, q) => {
    const stop = (queries[q] as PooledQuery).pool.length
    return list.map((partial) => ({ ...partial, pointers: partial.picks.filter((pick) => pick !== stop) }))
  })
}

/** log-probs of the next pick; null where the sequence has ended. */
function openLogprobs(
  architecture: SelectorArchitecture,
  poolSize: number,
  { picks }: Partial_,
  scores: ArrayLike<number>,
): Float64Array | null {
  if (picks.at(-1) === poolSize) return null
  const taken = new Set(picks)
  const canStop = picks.length >= leastShots(architecture)
  return logSoftmax(scores, (choice) => (choice < poolSize ? !taken.has(choice) : canStop))
}

function extend(partial: Partial_, logprobs: Float64Array, choice: number): Partial_ {
  const logprob = logprobs[choice] as number
  return {
    picks: [...partial.picks, choice],
    logprob: partial.logprob + logprob,
    stepLogprobs: [...partial.stepLogprobs, logprob],
  }
}

/** Choices with the highest log-probs; ties go to the lower position. */
function bestChoices(logprobs: Float64Array, count: number): number[] {
  return Array.from(logprobs.keys())
    .filter((choice) => logprobs[choice] !== Number.NEGATIVE_INFINITY)
    .sort((a, b) => (logprobs[b] as number) - (logprobs[a] as number) || a - b)
    .slice(0, count)
}
