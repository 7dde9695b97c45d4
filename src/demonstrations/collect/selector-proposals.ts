/** Sequences from a selector: its beam and samples at several temperatures. */
import type { PointerEngine } from '../../engines/pointer/index.ts'
import type { Pool } from '../schema.ts'
import type { ProposedSequence } from './propose.ts'

export interface SelectorPlan {
  readonly seed: number
  readonly shots: number
  readonly beams: number
  readonly temperatures: readonly number[]
  /** For each temperature. */
  readonly samples: number
}

export type ProposingEngine = Pick<PointerEngine, 'beam' | 'sample' | 'tokenizer'>

/** @returns by pool; a selector that may stop early gives shorter sequences too, but no empty ones. */
export async function proposeBySelector(
  engine: ProposingEngine,
  pools: readonly Pool[],
  plan: SelectorPlan,
  signal?: AbortSignal,
): Promise<ProposedSequence[][]> {
  const { seed, shots, beams, temperatures, samples } = plan
  const prompts = pools.map(({ queryId, ids }) => engine.tokenizer.promptOf(queryId, ids))
  const found = pools.map((): ProposedSequence[] => [])
  const add = (place: number, tokens: readonly number[], sequence: Omit<ProposedSequence, 'picks'>): void => {
    const pool = (prompts[place] as number[]).slice(1)
    const picks = tokens.map((token) => pool.indexOf(token)).filter((pick) => pick >= 0)
    if (picks.length > 0) found[place]?.push({ ...sequence, picks })
  }
  const total = (logprobs: readonly number[]): number => logprobs.reduce((sum, value) => sum + value, 0)
  if (beams > 0) {
    const lists = await engine.beam(
      prompts.map((prompt) => ({ prompt, count: beams })),
      shots,
      signal,
    )
    lists.forEach((list, place) => {
      list.forEach(({ tokens, logprobs }, beamRank) => {
        const logprob = total(logprobs)
        add(place, tokens, { source: 'beam', beamRank, beamScore: null, logprob, temperature: null })
      })
    })
  }
  for (const temperature of samples > 0 ? temperatures : []) {
    const requests = pools.map(({ queryId }, place) => ({
      prompt: prompts[place] as number[],
      count: samples,
      key: [seed, 'collect', temperature, queryId],
    }))
    const lists = await engine.sample(requests, { maxTokens: shots, temperature, topP: 1 }, signal)
    lists.forEach((list, place) => {
      for (const { tokens, logprobs } of list) {
        // Of the distribution that was drawn from.
        const logprob = total(logprobs)
        add(place, tokens, { source: 'sample', beamRank: null, beamScore: null, logprob, temperature })
      }
    })
  }
  return found
}
