/** Tiny selectors and prompts for tests. */
import { randomFor } from '../../../core/random.ts'
import { float32Tensor, type HostTensor } from '../../../tensor/index.ts'
import type { Cleanup } from '../../../testing/contract.ts'
import {
  biEncoderArchitecture,
  languageModelArchitecture,
  pointerArchitecture,
  type SelectorArchitecture,
} from '../architecture.ts'
import { createPointerEngine, type PointerEngine, type PointerEngineOptions } from '../create-pointer-engine.ts'
import { initialParameters } from '../parameters.ts'
import { type PickTables, type PooledQuery, pickPromptTokens } from '../pick-tokens.ts'

const width = 12
const indexRows = 40
const queryRows = 8

const small = { inputWidth: width, hiddenWidth: 8 } as const

export const toyArchitectures = {
  'pointer network, two layers and heads': pointerArchitecture({ ...small, layers: 2, heads: 2 }),
  'pointer network with gate': pointerArchitecture({ ...small, queryUpdate: 'gate' }),
  'pointer network with recurrent cell, step embeddings, likeness penalty and STOP': pointerArchitecture({
    ...small,
    queryUpdate: 'gru',
    stepEmbeddings: 2,
    diversitySteps: 3,
    stop: { leastShots: 1 },
  }),
  'bi-encoder': biEncoderArchitecture({ inputWidth: width }),
  'language model': languageModelArchitecture({
    inputWidth: width,
    hiddenWidth: 8,
    layers: 1,
    heads: 2,
    indexRows,
    maxShots: 8,
  }),
} satisfies Record<string, SelectorArchitecture>

export const toyTokens = { candidates: indexRows, queries: queryRows }

export function toyTables(seed = 1): PickTables {
  const rng = randomFor(seed, 'features')
  const table = (name: string, count: number) => ({
    ids: Array.from({ length: count }, (_, i) => `${name}${i}`),
    width,
    rows: Float32Array.from({ length: count * width }, () => rng.normal() / Math.sqrt(width)),
  })
  return { queries: table('q', queryRows), candidates: table('d', indexRows) }
}

/** Queries with pools of the given sizes. */
export function toyQueries(sizes: readonly number[]): PooledQuery[] {
  const rows = Array.from({ length: indexRows }, (_, i) => i)
  return sizes.map((size, query) => ({ query, pool: randomFor('pool', query).shuffle(rows).slice(0, size) }))
}

export function toyPrompts(sizes: readonly number[]): number[][] {
  return toyQueries(sizes).map((query) => pickPromptTokens(toyTokens, query))
}

/** Distinct random picks of a prompt's pool. */
export function toyPicks(prompt: readonly number[], shots: number, key: number): number[] {
  return randomFor('picks', key).shuffle(prompt.slice(1)).slice(0, shots)
}

/** First values with biases and gains moved off 0 and 1, so that every tensor has a gradient. */
export function toyParameters(architecture: SelectorArchitecture, seed = 3): Map<string, HostTensor> {
  const moved = [...initialParameters(architecture, seed)].map(([name, tensor]): [string, HostTensor] => {
    const rng = randomFor(seed, 'moved', name)
    const data = Float32Array.from(tensor.data, (value) => value + 0.1 * rng.normal())
    return [name, float32Tensor(data, tensor.shape)]
  })
  return new Map(moved)
}

export async function openToy(
  cleanup: Cleanup,
  architecture: SelectorArchitecture,
  options: Partial<PointerEngineOptions> = {},
): Promise<PointerEngine> {
  const engine = await createPointerEngine({
    checkpoint: { architecture, tensors: toyParameters(architecture) },
    tables: toyTables(),
    ...options,
  })
  cleanup.after(() => engine.close())
  return engine
}
