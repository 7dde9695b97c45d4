/**
 * Sequences of picks as the tensors of batches. Those of one prompt share its pool; a batch holds prompts whose pools fit
 * one size. Pools, prompts and sequences are padded up to few sizes: what is padding has weight 0 and reaches no number
 * that leaves the graph, and no prompt's numbers depend on the others of its batch.
 */
import { BatonError } from '../../core/failure.ts'
import { float32Tensor, type HostTensor, int32Tensor } from '../../tensor/index.ts'
import { choices, leastShots, type SelectorArchitecture } from './architecture.ts'
import type { GraphShape } from './graphs.ts'
import type { PickTables, PooledQuery } from './pick-tokens.ts'

/** A prompt with sequences over its pool. */
export interface PickGroup extends PooledQuery {
  /** Positions in the pool in pick order, distinct; the pool's size as last pick is STOP. */
  readonly sequences: readonly (readonly number[])[]
}

/** Prompts of one batch; fewer are padded, so that the arithmetic is that of a full one. */
const batchQueries = 8
const poolStep = 16

export interface PickBatch {
  readonly shape: GraphShape
  /** Places in the list of groups, at most `batchQueries`. */
  readonly members: readonly number[]
}

/** @param steps fewest steps of the graphs: those of unfinished sequences that are still to be scored. */
export function pickBatches(architecture: SelectorArchitecture, groups: readonly PickGroup[], steps = 1): PickBatch[] {
  const bySize = new Map<number, number[]>()
  groups.forEach(({ pool }, place) => {
    const same = bySize.get(pool.length)
    if (same === undefined) bySize.set(pool.length, [place])
    else same.push(place)
  })
  const byShape = new Map<string, { poolSize: number; hasPadding: boolean; places: number[] }>()
  for (const [size, places] of bySize) {
    const poolSize = Math.ceil(size / poolStep) * poolStep
    const hasPadding = poolSize !== size
    const key = `${poolSize} ${hasPadding}`
    const known = byShape.get(key)
    if (known === undefined) byShape.set(key, { poolSize, hasPadding, places: [...places] })
    else known.places.push(...places)
  }
  return [...byShape.values()].flatMap(({ poolSize, hasPadding, places }) => {
    const batches: PickBatch[] = []
    for (let start = 0; start < places.length; start += batchQueries) {
      const members = places.slice(start, start + batchQueries)
      const sequences = members.flatMap((place) => (groups[place] as PickGroup).sequences)
      const most = Math.max(1, ...members.map((place) => (groups[place] as PickGroup).sequences.length))
      const shape: GraphShape = {
        architecture,
        queries: batchQueries,
        sequences: sequencesFor(most),
        steps: Math.max(steps, ...sequences.map(({ length }) => length)),
        poolSize,
        hasPadding,
      }
      checkSteps(architecture, shape.steps)
      batches.push({ shape, members })
    }
    return batches
  })
}

/** Few sizes, each graph compiled once: 1, 2 or a multiple of 4. */
function sequencesFor(count: number): number {
  return count <= 2 ? count : Math.ceil(count / 4) * 4
}

/** The tensors of a batch, as `graphs.ts` takes them. */
export function packBatch(
  { shape, members }: PickBatch,
  groups: readonly PickGroup[],
  tables: PickTables,
): HostTensor[] {
  const { architecture, queries: b, sequences: n, steps: s, poolSize: k } = shape
  const columns = choices(architecture, k)
  const { width } = tables.candidates
  const query = new Float32Array(b * width)
  const candidates = new Float32Array(b * k * width)
  const chosen = new Float32Array(b * n * s * columns)
  const valid = new Float32Array(b * k).fill(1)
  const rowOf = (rows: Float32Array, row: number): Float32Array => rows.subarray(row * width, (row + 1) * width)
  for (let row = 0; row < b; row++) {
    const group = groups[members[row] ?? (members[0] as number)] as PickGroup
    query.set(rowOf(tables.queries.rows, group.query), row * width)
    group.pool.forEach((candidate, position) => {
      candidates.set(rowOf(tables.candidates.rows, candidate), (row * k + position) * width)
    })
    valid.fill(0, row * k + group.pool.length, (row + 1) * k)
    if (row >= members.length) continue
    group.sequences.forEach((sequence, i) => {
      sequence.forEach((pointer, step) => {
        const column = pointer === group.pool.length ? columns - 1 : pointer
        chosen[((row * n + i) * s + step) * columns + column] = 1
      })
    })
  }
  return [
    float32Tensor(query, [b, width]),
    float32Tensor(candidates, [b * k, width]),
    float32Tensor(chosen, [b, n, s, columns]),
    ...(shape.hasPadding ? [float32Tensor(valid, [b, k])] : []),
    ...(architecture.kind === 'language-model' ? indexRows(shape, members, groups) : []),
  ]
}

function indexRows(
  { queries: b, sequences: n, steps: s, poolSize: k }: GraphShape,
  members: readonly number[],
  groups: readonly PickGroup[],
): HostTensor[] {
  const pool = new Int32Array(b * k)
  const picks = new Int32Array(Math.max(1, b * n * (s - 1)))
  members.forEach((place, row) => {
    const group = groups[place] as PickGroup
    pool.set(group.pool, row * k)
    group.sequences.forEach((sequence, i) => {
      sequence.slice(0, s - 1).forEach((pointer, step) => {
        // STOP ends its sequence: nothing reads the row after it.
        picks[(row * n + i) * (s - 1) + step] = group.pool[pointer] ?? 0
      })
    })
  })
  return [int32Tensor(pool, [b * k]), int32Tensor(picks, [picks.length])]
}

/** @throws BatonError for a pointer that is not in its pool, is repeated, or comes after STOP. */
export function checkGroup(architecture: SelectorArchitecture, { pool, sequences }: PickGroup): void {
  const least = leastShots(architecture)
  for (const sequence of sequences) {
    const listed = `sequence [${sequence.join(', ')}]`
    const stopAt = sequence.indexOf(pool.length)
    if (sequence.length === 0) throw pointerError('a sequence of picks is empty.')
    if (stopAt !== -1 && (stopAt < least || stopAt !== sequence.length - 1)) {
      throw pointerError(`${listed} stops where it may not.`)
    }
    const picks = stopAt === -1 ? sequence : sequence.slice(0, stopAt)
    if (picks.length > pool.length) throw tooManyShots(picks.length, pool.length)
    const outside = picks.find((pointer) => !Number.isInteger(pointer) || pointer < 0 || pointer >= pool.length)
    if (outside !== undefined)
      throw pointerError(`${listed} picks something that is not in its pool of ${pool.length}.`)
    if (new Set(picks).size !== picks.length) throw pointerError(`${listed} picks a demonstration twice.`)
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
    hint: "Picks are distinct demonstrations of the query's own pool; convert global ids first.",
  })
}

export function checkSteps(architecture: SelectorArchitecture, steps: number): void {
  if (architecture.kind !== 'language-model' || steps <= architecture.maxShots) return
  throw new BatonError(`the language model was made for ${architecture.maxShots} shots (got ${steps}).`, {
    boundary: 'policy',
    code: 'max-shots',
    hint: 'Make it with a larger maxShots.',
  })
}

/** @throws BatonError unless the embeddings are as long as the selector takes them. */
export function checkTables(architecture: SelectorArchitecture, { queries, candidates }: PickTables): void {
  const wrong = [queries, candidates].find(({ width }) => width !== architecture.inputWidth)
  if (wrong !== undefined) {
    throw new BatonError(`embeddings have ${wrong.width} numbers, the selector takes ${architecture.inputWidth}.`, {
      boundary: 'dataset',
      code: 'embedding-width',
      hint: 'Use the encoder that the selector was trained with, or train a selector for this one.',
    })
  }
  if (architecture.kind !== 'language-model' || candidates.ids.length <= architecture.indexRows) return
  throw new BatonError(
    `the index has ${candidates.ids.length} rows, the language model knows ${architecture.indexRows}.`,
    {
      boundary: 'dataset',
      code: 'embedding-row',
      hint: 'Give the index that the language model was made for.',
    },
  )
}
