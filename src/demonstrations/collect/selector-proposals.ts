/** Sequences from a selector: its beam and samples at several temperatures. */
import type { PooledQuery, Selector } from '../../engines/pointer/index.ts'
import type { ProposedSequence } from './propose.ts'

export interface SelectorPlan {
  readonly seed: number
  readonly shots: number
  readonly beams: number
  readonly temperatures: readonly number[]
  /** For each temperature. */
  readonly samples: number
}

/** @returns by query; a selector that may stop early gives shorter sequences too, but no empty ones. */
export async function proposeBySelector(
  selector: Pick<Selector, 'propose'>,
  queries: readonly PooledQuery[],
  plan: SelectorPlan,
  signal?: AbortSignal,
): Promise<ProposedSequence[][]> {
  const { seed, shots, beams, temperatures, samples } = plan
  const found = queries.map((): ProposedSequence[] => [])
  if (beams > 0) {
    const lists = await selector.propose(queries, beams, { method: 'beam', shots }, signal)
    lists.forEach((list, query) => {
      list.forEach(({ pointers, logprob }, beamRank) => {
        found[query]?.push({ picks: pointers, source: 'beam', beamRank, beamScore: null, logprob, temperature: null })
      })
    })
  }
  for (const temperature of samples > 0 ? temperatures : []) {
    const options = { method: 'sample', shots, temperature, seed, stream: `collect-${temperature}` } as const
    const lists = await selector.propose(queries, samples, options, signal)
    lists.forEach((list, query) => {
      for (const { pointers, logprob } of list) {
        found[query]?.push({ picks: pointers, source: 'sample', beamRank: null, beamScore: null, logprob, temperature })
      }
    })
  }
  return found.map((list) => list.filter(({ picks }) => picks.length > 0))
}
