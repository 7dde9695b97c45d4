/**
 * Beams by InfoScore (Lever-LM, arXiv:2312.10104): how much one more demonstration raises the probability that the model
 * gives to the reference answer. Each step extends every beam by every candidate; each parent keeps its best extensions
 * by that step's gain, and of all the best by the same gain stay. Scores are not summed over steps, and keep their sign.
 */
import type { Answerer, LikelihoodOutcome, Pool, Question } from '../schema.ts'
import type { ProposedSequence } from './propose.ts'

export interface InfoScorePlan {
  readonly beams: number
  readonly shots: number
  /** `left`: a new demonstration comes before the others; `right`: right before the question. */
  readonly order: 'left' | 'right'
}

interface Beam {
  /** Positions in the pool, in prompt order. */
  readonly shown: readonly number[]
  readonly probability: number
  readonly gain: number
}

export type InfoScoreOutcome =
  | { readonly kind: 'beams'; readonly beams: readonly ProposedSequence[] }
  | Extract<LikelihoodOutcome, { kind: 'failure' }>

/** All calls of a step are made at once: the answerer's own limit decides how many run. */
export async function infoScoreBeams(
  query: Question,
  pool: Pool,
  {
    plan,
    answerer,
    byId,
    signal,
  }: {
    readonly plan: InfoScorePlan
    readonly answerer: Answerer
    readonly byId: (id: string) => Question
    readonly signal?: AbortSignal
  },
): Promise<InfoScoreOutcome> {
  const demonstrations = pool.ids.map(byId)
  const probabilityOf = async (shown: readonly number[]): Promise<number> => {
    const list = shown.map((position) => demonstrations[position] as Question)
    const outcome = await answerer.likelihood(query, list, query.shownAnswer, signal)
    if (outcome.kind === 'failure') throw new NoLikelihood(outcome)
    return Math.exp(outcome.meanLogprob)
  }
  try {
    let beams: Beam[] = [{ shown: [], probability: await probabilityOf([]), gain: 0 }]
    for (let step = 0; step < plan.shots; step++) {
      const extended = await Promise.all(
        beams.map(async (parent) => {
          const children = demonstrations.flatMap((_, position) => (parent.shown.includes(position) ? [] : [position]))
          const scored = await Promise.all(
            children.map(async (position): Promise<Beam> => {
              const shown = plan.order === 'left' ? [position, ...parent.shown] : [...parent.shown, position]
              const probability = await probabilityOf(shown)
              return { shown, probability, gain: probability - parent.probability }
            }),
          )
          return best(scored, plan.beams)
        }),
      )
      beams = best(extended.flat(), plan.beams)
    }
    return {
      kind: 'beams',
      beams: beams.map(({ shown, gain }, beamRank) => ({
        picks: [...shown].reverse(),
        source: 'beam',
        beamRank,
        beamScore: gain,
        logprob: null,
        temperature: null,
      })),
    }
  } catch (error) {
    if (error instanceof NoLikelihood) return error.outcome
    throw error
  }
}

/** Sorting is stable: of equal gains the lower position stays in front. */
function best(beams: readonly Beam[], count: number): Beam[] {
  return [...beams].sort((a, b) => b.gain - a.gain).slice(0, count)
}

class NoLikelihood extends Error {
  readonly outcome: Extract<LikelihoodOutcome, { kind: 'failure' }>

  constructor(outcome: Extract<LikelihoodOutcome, { kind: 'failure' }>) {
    super(outcome.message)
    this.outcome = outcome
  }
}
