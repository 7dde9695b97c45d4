/** Tiny selectors and groups for tests. */
import type { TestContext } from 'node:test'
import { randomFor } from '../../../core/random.ts'
import { float32Tensor, type HostTensor } from '../../../tensor/index.ts'
import {
  biEncoderArchitecture,
  languageModelArchitecture,
  pointerArchitecture,
  type SelectorArchitecture,
} from '../architecture.ts'
import type { PooledQuery, ScoredGroup, SelectorFeatures } from '../batch.ts'
import { initialParameters } from '../parameters.ts'
import { openSelector, type Selector } from '../selector.ts'

const width = 12
const indexRows = 20

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
    maxShots: 3,
  }),
} satisfies Record<string, SelectorArchitecture>

export function toyFeatures(seed = 1): SelectorFeatures {
  const rng = randomFor(seed, 'features')
  const rows = (count: number): Float32Array =>
    Float32Array.from({ length: count * width }, () => rng.normal() / Math.sqrt(width))
  return { width, queries: rows(8), candidates: rows(indexRows) }
}

/** Queries with pools of the given sizes. */
export function toyQueries(sizes: readonly number[]): PooledQuery[] {
  const rows = Array.from({ length: indexRows }, (_, i) => i)
  return sizes.map((size, query) => ({ query, pool: randomFor('pool', query).shuffle(rows).slice(0, size) }))
}

/** Distinct random sequences over the queries' pools. */
export function toyGroups(queries: readonly PooledQuery[], count: number, shots: number): ScoredGroup[] {
  return queries.map((query) => {
    const rng = randomFor('sequences', query.query)
    const positions = query.pool.map((_, i) => i)
    return { ...query, sequences: Array.from({ length: count }, () => rng.shuffle(positions).slice(0, shots)) }
  })
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
  t: TestContext,
  architecture: SelectorArchitecture,
  options: {
    readonly tensors?: ReadonlyMap<string, HostTensor>
    readonly features?: SelectorFeatures
    readonly backend?: 'onnxruntime' | 'jax-js'
  } = {},
): Promise<Selector> {
  const selector = await openSelector({
    architecture,
    tensors: options.tensors ?? toyParameters(architecture),
    features: options.features ?? toyFeatures(),
    ...(options.backend === undefined ? {} : { backend: options.backend }),
  })
  t.after(() => selector.close())
  return selector
}
