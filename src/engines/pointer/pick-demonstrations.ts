/**
 * Sequences from a selector: samples, the greedy one, or a beam. Scores come from the network, masks, log-probs and draws
 * are float64 here. A completion is a function of weights, prompt, key and options.
 */
import { type Rng, randomFor, randomFromSeed } from '../../core/random.ts'
import type { Weights } from '../../tensor/index.ts'
import { chooseToken } from '../choose-token.ts'
import type { SampledCompletion, SampleOptions, SampleRequest } from '../policy-engine.ts'
import { isStatic, leastShots } from './architecture.ts'
import { checkSteps } from './pick-batches.ts'
import { type PickContext, type ScoresAt, scoreChoices } from './pick-scoring.ts'
import { type PickTokens, type PooledQuery, readPrompt } from './pick-tokens.ts'
import { logSoftmax } from './plackett-luce.ts'

/** A sequence in the making: positions in the pool, the pool's size for STOP. */
interface Draft {
  readonly picks: readonly number[]
  readonly logprobs: readonly number[]
}

const nothing: Draft = { picks: [], logprobs: [] }

export async function samplePicks(
  context: PickContext,
  weights: Weights,
  { requests, options }: { readonly requests: readonly SampleRequest[]; readonly options: SampleOptions },
): Promise<SampledCompletion[][]> {
  const queries = requests.map(({ prompt }) => readPrompt(context.tokens, prompt))
  const streams = requests.map(({ count, key, seeds }) =>
    Array.from({ length: count }, (_, i): Rng => {
      const seed = seeds?.[i]
      return seed === undefined ? randomFor(...key, i) : randomFromSeed(seed)
    }),
  )
  const start = streams.map((list) => list.map(() => nothing))
  const drafts = await extendDrafts(context, weights, {
    next: (place) => {
      const { draft, group, sequence, scores } = place
      const logprobs = openLogprobs(context, queries[group] as PooledQuery, draft, scaled(scores, options.temperature))
      if (logprobs === null) return [draft]
      const rng = (streams[group] as Rng[])[sequence] as Rng
      const choice = chooseToken(
        likelihoods(logprobs),
        { row: 0, vocabularySize: logprobs.length },
        options,
        rng.next(),
      )
      // At temperature 0 the distribution is a point: what is chosen has probability 1.
      return [extend(draft, choice, options.temperature === 0 ? 0 : (logprobs[choice] as number))]
    },
    queries,
    start,
    shots: options.maxTokens,
  })
  return drafts.map((list, group) =>
    list.map((draft) => completionOf(context.tokens, queries[group] as PooledQuery, draft)),
  )
}

export interface BeamRequest {
  readonly prompt: readonly number[]
  readonly count: number
}

/** The likeliest sequences of a beam as wide as `count`, best first; fewer where the pool is small. */
export async function beamPicks(
  context: PickContext,
  weights: Weights,
  { requests, shots }: { readonly requests: readonly BeamRequest[]; readonly shots: number },
): Promise<SampledCompletion[][]> {
  const queries = requests.map(({ prompt }) => readPrompt(context.tokens, prompt))
  const start = requests.map(() => [nothing])
  const widest = requests.map(({ count }) => count)
  const drafts = await extendDrafts(context, weights, {
    next: ({ draft, group, scores }) => {
      const logprobs = openLogprobs(context, queries[group] as PooledQuery, draft, scores)
      if (logprobs === null) return [draft]
      const best = likeliest(logprobs, widest[group] as number)
      return best.map((choice) => extend(draft, choice, logprobs[choice] as number))
    },
    keep: (list, group) => list.toSorted((a, b) => sumOf(b.logprobs) - sumOf(a.logprobs)).slice(0, widest[group]),
    queries,
    start,
    shots,
  })
  return drafts.map((list, group) =>
    list.map((draft) => completionOf(context.tokens, queries[group] as PooledQuery, draft)),
  )
}

interface Beginning {
  readonly queries: readonly PooledQuery[]
  readonly start: readonly (readonly Draft[])[]
  readonly shots: number
}

interface DraftPlace {
  readonly draft: Draft
  readonly group: number
  readonly sequence: number
  /** Of what could be picked next, unmasked. */
  readonly scores: ArrayLike<number>
}

/** Step by step, at most `shots` of them: what becomes of each draft, and what is kept of the drafts of a query. */
async function extendDrafts(
  context: PickContext,
  weights: Weights,
  {
    next,
    keep = (drafts) => drafts,
    queries,
    start,
    shots,
  }: Beginning & {
    readonly next: (place: DraftPlace) => Draft[]
    readonly keep?: ((drafts: readonly Draft[], group: number) => readonly Draft[]) | undefined
  },
): Promise<readonly (readonly Draft[])[]> {
  const largest = Math.max(1, ...queries.map(({ pool }) => pool.length))
  const steps = Math.min(shots, largest)
  checkSteps(context.architecture, steps)
  let drafts = start
  let scoresAt: ScoresAt | null = null
  for (let step = 0; step < steps; step++) {
    context.signal.throwIfAborted()
    if (scoresAt === null || !isStatic(context.architecture)) {
      // All drafts are as long as the step, but for those that have ended. The first step has empty ones.
      const groups = queries.map(({ query, pool }, group) => ({
        query,
        pool,
        sequences: step === 0 ? [] : (drafts[group] ?? []).map(({ picks }) => picks),
      }))
      scoresAt = await scoreChoices(context, weights, { groups, steps: isStatic(context.architecture) ? 1 : steps })
    }
    const at = scoresAt
    drafts = drafts.map((list, group) => {
      const extended = list.flatMap((draft, sequence) =>
        next({ draft, group, sequence, scores: at(group, step === 0 ? 0 : sequence, step) }),
      )
      return keep(extended, group)
    })
  }
  return drafts
}

/** log-probs of the next pick; null where the sequence has ended or the pool is used up. */
function openLogprobs(
  { architecture }: PickContext,
  { pool }: PooledQuery,
  { picks }: Draft,
  scores: ArrayLike<number>,
): Float64Array | null {
  if (picks.at(-1) === pool.length) return null
  const canStop = picks.length >= leastShots(architecture)
  if (picks.length === pool.length && !canStop) return null
  const taken = new Set(picks)
  return logSoftmax(scores, (choice) => (choice < pool.length ? !taken.has(choice) : canStop))
}

function scaled(scores: ArrayLike<number>, temperature: number): ArrayLike<number> {
  if (temperature === 0 || temperature === 1) return scores
  return Float64Array.from(scores, (score) => score / temperature)
}

/** Unnormalised probabilities, the largest 1. */
function likelihoods(logprobs: Float64Array): Float32Array {
  const peak = logprobs.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  return Float32Array.from(logprobs, (value) => Math.exp(value - peak))
}

function extend({ picks, logprobs }: Draft, choice: number, logprob: number): Draft {
  return { picks: [...picks, choice], logprobs: [...logprobs, logprob] }
}

/** Ties go to the lower position. */
function likeliest(logprobs: Float64Array, count: number): number[] {
  return Array.from(logprobs.keys())
    .filter((choice) => logprobs[choice] !== Number.NEGATIVE_INFINITY)
    .sort((a, b) => (logprobs[b] as number) - (logprobs[a] as number) || a - b)
    .slice(0, count)
}

function completionOf(
  { candidates }: PickTokens,
  { pool }: PooledQuery,
  { picks, logprobs }: Draft,
): SampledCompletion {
  const tokens = picks.map((pick) => pool[pick] ?? candidates)
  return { tokens, logprobs, stopReason: picks.at(-1) === pool.length ? 'stop' : 'length' }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
