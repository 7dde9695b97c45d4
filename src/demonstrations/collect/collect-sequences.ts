/**
 * Collects judged sequences for each query: proposes, removes repeats, asks the answering model, keeps failures apart. All
 * draws are keyed by query, so a collection that is begun again proposes the same; with a cache in the answering model
 * nothing is then bought twice.
 */
import { BatonError } from '../../core/failure.ts'
import { type QuestionIndex, requireShots } from '../data/index.ts'
import type { SimilaritySpace } from '../samplers/index.ts'
import type { Answerer, CandidateSequence, CollectedGroup, Pool, Question } from '../schema.ts'
import { infoScoreBeams } from './info-score.ts'
import { inParallel, judgeSequences } from './judge-sequences.ts'
import { distinctSequences, type ProposedSequence, poolSimilarity, proposeSimilar, tupleKey } from './propose.ts'
import { type ProposingEngine, proposeBySelector } from './selector-proposals.ts'

export interface CollectionPlan {
  readonly seed: number
  readonly shots: number
  /** Distinct sequences of a query in all. */
  readonly count: number
  /** Draws by similarity, after the most similar tuple. */
  readonly similar: number
  readonly similarTemperature: number
  /** InfoScore beams of a query; 0 is none. They need the answering model's likelihoods. */
  readonly infoScoreBeams: number
  readonly infoScoreOrder: 'left' | 'right'
  /** With a selector: its beams, and its samples for each temperature. */
  readonly beams: number
  readonly samples: number
  readonly temperatures: readonly number[]
  /** Rounds of further random sequences for queries that no sequence answers right. */
  readonly miningRounds: number
  /** Ask too how likely the reference answers are: a call more for each distinct answer. */
  readonly hasReferenceProbability: boolean
}

export const defaultPlan: CollectionPlan = {
  seed: 1,
  shots: 2,
  count: 12,
  similar: 5,
  similarTemperature: 0.1,
  infoScoreBeams: 0,
  infoScoreOrder: 'left',
  beams: 5,
  samples: 2,
  temperatures: [1, 1.3],
  miningRounds: 0,
  hasReferenceProbability: false,
}

export interface CollectionRequest {
  readonly queries: readonly Question[]
  /** One a query, in their order. */
  readonly pools: readonly Pool[]
  readonly index: QuestionIndex
  /** For draws by similarity; without it there are none. */
  readonly space?: SimilaritySpace
  readonly selector?: ProposingEngine
  readonly answerer: Answerer
  readonly plan: CollectionPlan
  readonly concurrency: number
  readonly signal?: AbortSignal
  readonly onProgress?: (what: string, done: number, total: number) => void
}

export async function collectSequences(request: CollectionRequest): Promise<CollectedGroup[]> {
  const { queries, pools, plan } = request
  requireShots(pools, plan.shots)
  const given = await givenSequences(request)
  const first = await judge(
    request,
    given.map((list, i) => distinctSequences(list, pools[i] as Pool, { plan })),
    'judging',
  )
  const candidates = await mine(request, first)
  return queries.map(({ id, imageId, question, answers, split }, i) => ({
    query: { id, imageId, question, answers, split },
    pool: pools[i] as Pool,
    candidates: candidates[i] ?? [],
  }))
}

/** What is proposed for each query, apart from chance. */
async function givenSequences(request: CollectionRequest): Promise<ProposedSequence[][]> {
  const { queries, pools, index, space, selector, plan, signal } = request
  const beams = plan.infoScoreBeams > 0 ? await allInfoScoreBeams(request) : []
  const bySelector = selector === undefined ? [] : await proposeBySelector(selector, pools, plan, signal)
  return queries.map((_, i) => {
    const pool = pools[i] as Pool
    const similar = space === undefined ? [] : similarSequences(i, pool, { space, index, plan })
    return [...(beams[i] ?? []), ...(bySelector[i] ?? []), ...similar]
  })
}

function similarSequences(
  place: number,
  pool: Pool,
  {
    space,
    index,
    plan,
  }: {
    readonly space: SimilaritySpace
    readonly index: QuestionIndex
    readonly plan: CollectionPlan
  },
): ProposedSequence[] {
  const { rows, width } = space.queries
  const vector = rows.subarray(place * width, (place + 1) * width)
  return proposeSimilar(pool, poolSimilarity(vector, pool, { index: space.index, rowOf: index.rowOf }), plan)
}

async function allInfoScoreBeams(request: CollectionRequest): Promise<(readonly ProposedSequence[])[]> {
  const { queries, pools, index, answerer, plan, signal, onProgress } = request
  let done = 0
  // One query has hundreds of calls in flight; two keep the answerer busy while one of them waits for its last.
  return inParallel(queries, 2, async (query, i) => {
    const outcome = await infoScoreBeams(query, pools[i] as Pool, {
      plan: { beams: plan.infoScoreBeams, shots: plan.shots, order: plan.infoScoreOrder },
      answerer,
      byId: index.byId,
      ...(signal === undefined ? {} : { signal }),
    })
    done += 1
    onProgress?.('InfoScore', done, queries.length)
    if (outcome.kind === 'beams') return outcome.beams
    if (outcome.failure === 'unsupported') {
      throw new BatonError(`${answerer.model} cannot build InfoScore beams: ${outcome.message}.`, {
        boundary: 'executor',
        code: 'no-likelihood',
        hint: 'Serve the model with vLLM, which returns prompt_logprobs, or collect without --infoscore-beams.',
      })
    }
    return []
  })
}

async function judge(
  { queries, pools, index, answerer, plan, concurrency, signal, onProgress }: CollectionRequest,
  sequences: readonly (readonly ProposedSequence[])[],
  what: string,
): Promise<CandidateSequence[][]> {
  const tasks = sequences.flatMap((list, i) =>
    list.map((sequence) => ({ query: queries[i] as Question, pool: pools[i] as Pool, sequence })),
  )
  const judged = await judgeSequences(tasks, {
    answerer,
    byId: index.byId,
    concurrency,
    hasReferenceProbability: plan.hasReferenceProbability,
    ...(signal === undefined ? {} : { signal }),
    onProgress: (done, total) => onProgress?.(what, done, total),
  })
  let start = 0
  return sequences.map(({ length }) => {
    start += length
    return judged.slice(start - length, start)
  })
}

/** More random sequences for the queries that nothing has answered right yet. */
async function mine(request: CollectionRequest, first: CandidateSequence[][]): Promise<CandidateSequence[][]> {
  const { pools, plan } = request
  let all = first
  for (let round = 1; round <= plan.miningRounds; round++) {
    const more = all.map((list, i) => {
      if (list.some(({ verdict }) => verdict?.isCorrect === true)) return []
      const known = new Set(list.map(({ picks }) => tupleKey(picks)))
      return distinctSequences([], pools[i] as Pool, { plan, known, stream: `mining-${round}` })
    })
    if (more.every(({ length }) => length === 0)) break
    const judged = await judge(request, more, `mining ${round}/${plan.miningRounds}`)
    all = all.map((list, i) => [...list, ...(judged[i] ?? [])])
  }
  return all
}
