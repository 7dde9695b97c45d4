/**
 * Groups of sequences as the tensors of one batch. Pools, groups and sequences of unequal length are padded; what is
 * padding has weight 0 and does not reach any number that leaves the graph.
 */
import { BatonError } from '../../core/failure.ts'
import { type RandomKey, randomFor } from '../../core/random.ts'
import { float32Tensor, type HostTensor, int32Tensor } from '../../tensor/index.ts'
import { choices, leastShots, type SelectorArchitecture } from './architecture.ts'
import { dropoutWidth, type GraphShape } from './graphs.ts'

/** Embeddings by row. Arrays on shared memory reach the worker without a copy. */
export interface SelectorFeatures {
  /** Numbers in one embedding. */
  readonly width: number
  /** [Q, width] */
  readonly queries: Float32Array
  /** [M, width]: the index. */
  readonly candidates: Float32Array
}

/** A query with its pool. */
export interface PooledQuery {
  /** Row of `features.queries`. */
  readonly query: number
  /** Rows of `features.candidates`; positions in this list are what pointers mean. */
  readonly pool: readonly number[]
}

/** A query, its pool and sequences over it. */
export interface ScoredGroup extends PooledQuery {
  /** Positions in the pool in pick order, distinct; the pool's size as last pick is STOP. */
  readonly sequences: readonly (readonly number[])[]
  /** Names the dropout masks: the same key, the same masks. Read where the rate is above 0. */
  readonly dropoutKey?: RandomKey
}

/** Least sizes of a batch, so that the last one of an epoch fits the graph of the others. */
export interface BatchBounds {
  readonly queries?: number
  readonly sequences?: number
  readonly steps?: number
  readonly dropoutRate?: number
}

export interface PackedBatch {
  readonly shape: GraphShape
  readonly tensors: readonly HostTensor[]
}

/** @throws BatonError for a pointer that is not in its pool, is repeated, or comes after STOP. */
export function checkGroup(architecture: SelectorArchitecture, group: ScoredGroup): void {
  const { pool, sequences, query } = group
  const least = leastShots(architecture)
  for (const sequence of sequences) {
    const stopAt = sequence.indexOf(pool.length)
    const shots = stopAt === -1 ? sequence.length : stopAt
    if (shots > pool.length) throw tooManyShots(shots, pool.length)
    if (sequence.length === 0) throw pointerError(`a sequence of query ${query} is empty.`)
    if (stopAt !== -1 && (stopAt < least || stopAt !== sequence.length - 1)) {
      throw pointerError(`sequence [${sequence.join(', ')}] of query ${query} stops where it may not.`)
    }
    const picks = sequence.slice(0, shots)
    const outside = picks.find((pointer) => !Number.isInteger(pointer) || pointer < 0 || pointer >= pool.length)
    if (outside !== undefined) {
      throw pointerError(`pointer ${outside} of query ${query} is no position in its pool of ${pool.length}.`)
    }
    if (new Set(picks).size !== picks.length) {
      throw pointerError(`sequence [${sequence.join(', ')}] of query ${query} picks a demonstration twice.`)
    }
  }
}

export function tooManyShots(shots: number, poolSize: number): BatonError {
  return new BatonError(`${shots} shots cannot be picked from a pool of ${poolSize} demonstrations.`, {
    boundary: 'policy',
    code: 'shots-exceed-pool',
    hint: 'Ask for fewer shots, or build larger pools.',
  })
}

function pointerError(message: string): BatonError {
  return new BatonError(message, {
    boundary: 'dataset',
    code: 'pointer',
    hint: 'Pointers are positions in the query\'s own pool ("indexSpace": "local"); convert global ids first.',
  })
}

/** @param groups one or more. */
export function packBatch(
  architecture: SelectorArchitecture,
  features: SelectorFeatures,
  groups: readonly ScoredGroup[],
  bounds: BatchBounds = {},
): PackedBatch {
  for (const group of groups) checkGroup(architecture, group)
  const dropoutRate = bounds.dropoutRate ?? 0
  const shape = shapeOf(architecture, groups, bounds)
  const { queries: b, sequences: n, steps: s, poolSize: k } = shape
  const columns = choices(architecture, k)
  const width = features.width
  const query = new Float32Array(b * width)
  const candidates = new Float32Array(b * k * width)
  const chosen = new Float32Array(b * n * s * columns)
  const valid = new Float32Array(b * k).fill(1)
  for (let row = 0; row < b; row++) {
    const group = groups[row] ?? (groups[0] as ScoredGroup)
    query.set(rowOf(features.queries, group.query, width, 'query'), row * width)
    group.pool.forEach((candidate, position) => {
      candidates.set(rowOf(features.candidates, candidate, width, 'demonstration'), (row * k + position) * width)
    })
    valid.fill(0, row * k + group.pool.length, (row + 1) * k)
    if (row >= groups.length) continue
    group.sequences.forEach((sequence, i) => {
      sequence.forEach((pointer, step) => {
        const column = pointer === group.pool.length ? columns - 1 : pointer
        chosen[((row * n + i) * s + step) * columns + column] = 1
      })
    })
  }
  const tensors: HostTensor[] = [
    float32Tensor(query, [b, width]),
    float32Tensor(candidates, [b * k, width]),
    float32Tensor(chosen, [b, n, s, columns]),
  ]
  if (shape.hasPadding) tensors.push(float32Tensor(valid, [b, k]))
  if (shape.hasDropout) tensors.push(...dropoutMasks(shape, groups, dropoutRate))
  if (architecture.kind === 'language-model') tensors.push(...indexRows(architecture.indexRows, shape, groups))
  return { shape, tensors }
}

/** Pools of one size are not padded; others to the next multiple of 16, so that few graphs are compiled. */
function shapeOf(architecture: SelectorArchitecture, groups: readonly ScoredGroup[], bounds: BatchBounds): GraphShape {
  const sizes = groups.map(({ pool }) => pool.length)
  const largest = Math.max(...sizes)
  if (largest === 0) throw tooManyShots(1, 0)
  const hasPadding = sizes.some((size) => size !== largest)
  const steps = Math.max(bounds.steps ?? 1, ...groups.flatMap(({ sequences }) => sequences.map(({ length }) => length)))
  const maxShots = architecture.kind === 'language-model' ? architecture.maxShots : steps
  if (steps > maxShots) {
    throw new BatonError(`the language model was made for ${maxShots} shots (got ${steps}).`, {
      boundary: 'policy',
      code: 'max-shots',
      hint: 'Make it with a larger maxShots.',
    })
  }
  return {
    architecture,
    queries: Math.max(bounds.queries ?? 1, groups.length),
    sequences: Math.max(bounds.sequences ?? 1, ...groups.map(({ sequences }) => sequences.length)),
    steps,
    poolSize: hasPadding ? Math.ceil(largest / 16) * 16 : largest,
    hasPadding,
    hasDropout: (bounds.dropoutRate ?? 0) > 0 && architecture.kind !== 'language-model',
  }
}

/** Inverted dropout: 0 with probability `rate`, else 1 / (1 - rate); the same masks for the same keys. */
function dropoutMasks(shape: GraphShape, groups: readonly ScoredGroup[], rate: number): HostTensor[] {
  const { queries: b, poolSize: k } = shape
  const width = dropoutWidth(shape.architecture)
  const query = new Float32Array(b * width)
  const candidates = new Float32Array(b * k * width)
  const kept = 1 / (1 - rate)
  groups.forEach(({ dropoutKey, query: row, pool }, i) => {
    const rng = randomFor('dropout', ...(dropoutKey ?? [row]))
    for (let j = 0; j < width; j++) query[i * width + j] = rng.next() < rate ? 0 : kept
    const start = i * k * width
    for (let j = 0; j < pool.length * width; j++) candidates[start + j] = rng.next() < rate ? 0 : kept
  })
  return [float32Tensor(query, [b, width]), float32Tensor(candidates, [b * k, width])]
}

function indexRows(count: number, shape: GraphShape, groups: readonly ScoredGroup[]): HostTensor[] {
  const { queries: b, sequences: n, steps: s, poolSize: k } = shape
  const pool = new Int32Array(b * k)
  const picks = new Int32Array(Math.max(1, b * n * (s - 1)))
  groups.forEach((group, row) => {
    const outside = group.pool.find((candidate) => candidate >= count)
    if (outside !== undefined) throw rowError('demonstration', outside, count)
    pool.set(group.pool, row * k)
    group.sequences.forEach((sequence, i) => {
      sequence.slice(0, s - 1).forEach((pointer, step) => {
        picks[(row * n + i) * (s - 1) + step] = group.pool[pointer] as number
      })
    })
  })
  return [int32Tensor(pool, [b * k]), int32Tensor(picks, [picks.length])]
}

function rowOf(matrix: Float32Array, row: number, width: number, what: string): Float32Array {
  const count = matrix.length / width
  if (!Number.isInteger(row) || row < 0 || row >= count) throw rowError(what, row, count)
  return matrix.subarray(row * width, (row + 1) * width)
}

function rowError(what: string, row: number, count: number): BatonError {
  return new BatonError(`${what} ${row} has no embedding: there are ${count} rows.`, {
    boundary: 'dataset',
    code: 'embedding-row',
    hint: 'Make the embeddings for the same questions and the same index as the pools.',
  })
}

/** @throws BatonError unless the embeddings are as long as the selector takes them. */
export function checkFeatures(
  { inputWidth }: SelectorArchitecture,
  { width, queries, candidates }: SelectorFeatures,
): void {
  if (width !== inputWidth) {
    throw new BatonError(`embeddings have ${width} numbers, the selector takes ${inputWidth}.`, {
      boundary: 'dataset',
      code: 'embedding-width',
      hint: 'Use the encoder that the selector was trained with, or train a selector for this one.',
    })
  }
  if (queries.length % width !== 0 || candidates.length % width !== 0) {
    throw new RangeError(`${queries.length} and ${candidates.length} numbers are no whole rows of ${width}`)
  }
}
