/**
 * Decoding with the embedded policy: one pass over the distinct prompts, then one graph run a token over all unfinished
 * completions. Batch and cache sizes are rounded up to a few sizes; rows are dropped once half of them are done. No
 * row's arithmetic depends on the others (sizes below `smallestBatch` are never used, where onnxruntime has other
 * kernels).
 */

import { type ModelConfig, ropeFrequencies } from '../../models/index.ts'
import {
  type DeviceTensor,
  float32Tensor,
  int32Tensor,
  rotaryTable,
  type TensorRuntime,
  type Weights,
} from '../../tensor/index.ts'
import { drawTokens, type NextTokens } from '../choose-token.ts'
import type { SampleOptions } from '../policy-engine.ts'
import type { DecodingModel, DecodingRows, DrawnTokens } from '../sample-completions.ts'
import { createKeyValueCache, type KeyValueCache } from './key-value-cache.ts'
import { decodeFunction, decodeInputs, prefillFunction, prefillInputs } from './llama-decode.ts'

export interface DecodingContext {
  readonly runtime: TensorRuntime
  readonly config: ModelConfig
  readonly weights: Weights
  /** Fewest positions that a pass over prompts computes: see `MicroBatchOptions`. */
  readonly leastPositions: number
}

/** Completions that are decoded at once, at most. */
const largestBatch = 128
const smallestBatch = 8
const cacheStep = 64
const promptStep = 64

export function embeddedDecodingModel(context: DecodingContext): DecodingModel {
  const { contextLength, endOfTextId } = context.config
  return {
    contextLength,
    stopTokens: [endOfTextId],
    rowLimit: () => largestBatch,
    async start(prompts, draw) {
      const { cache, next, rows } = await prefill(context, prompts, draw.options)
      return { decoding: createDecoding(context, cache, prompts.length), drawn: drawTokens(next, rows, draw) }
    },
  }
}

function createDecoding(context: DecodingContext, first: KeyValueCache, count: number): DecodingRows {
  const { config } = context
  const positions = Array.from({ length: config.contextLength }, (_, i) => i)
  const table = rotaryTable(positions, ropeFrequencies(config.rope, config.headSize))
  let cache = first
  let used = count
  let places = Array.from({ length: count }, (_, i) => i)
  return {
    async next(live, tokens, draw): Promise<DrawnTokens> {
      places = live.map((row) => places[row] as number)
      const rows = batchSize(places.length)
      const longest = places.reduce((most, place) => Math.max(most, cache.filled[place] as number), 0)
      if (rows < cache.rows || longest >= cache.length) {
        cache = movedCache(context, cache, { places, shape: { rows, length: roundUp(longest + 1, cacheStep) } })
        places = places.map((_, i) => i)
        used = places.length
      }
      const last = new Int32Array(cache.rows)
      places.forEach((place, i) => {
        last[place] = tokens[i] as number
      })
      const next = await decode(context, cache, { last, used, table, options: draw.options })
      return drawTokens(next, places, draw)
    },
  }
}

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step

function batchSize(count: number): number {
  let size = smallestBatch
  while (size < count) size *= 2
  return size
}

const inverseTemperature = ({ runtime }: DecodingContext, { temperature }: SampleOptions): DeviceTensor =>
  runtime.backend.place(float32Tensor(Float32Array.of(temperature === 0 ? 1 : 1 / temperature), []))

/** Runs every distinct prompt once and hands its keys and values to all of its rows. */
async function prefill(
  context: DecodingContext,
  prompts: readonly (readonly number[])[],
  options: SampleOptions,
): Promise<{
  readonly cache: KeyValueCache
  readonly next: NextTokens
  /** For each prompt its row in `next`. */
  readonly rows: readonly number[]
}> {
  const { runtime, config, weights, leastPositions } = context
  const distinct = [...new Set(prompts)]
  const longest = Math.max(...distinct.map((prompt) => prompt.length))
  const shape = { rows: 1, length: roundUp(longest, promptStep) }
  while (shape.rows < distinct.length || shape.rows * shape.length < leastPositions) shape.rows *= 2
  const headRows = Math.max(shape.rows, smallestBatch)
  const tokens = new Int32Array(shape.rows * shape.length)
  const last = new Float32Array(shape.rows * shape.length)
  distinct.forEach((prompt, row) => {
    tokens.set(prompt, row * shape.length)
    last[row * shape.length + prompt.length - 1] = 1
  })
  const compiled = await runtime.sessions.get(
    `prefill/${shape.rows}x${shape.length}`,
    () => prefillFunction(runtime.jax, config, headRows),
    prefillInputs(config, shape),
  )
  const dims = [shape.rows, shape.length]
  const [logprobs, probabilities, ...keyValues] = (await compiled.run([
    ...weights,
    runtime.backend.place(int32Tensor(tokens, dims)),
    runtime.backend.place(float32Tensor(last, dims)),
    inverseTemperature(context, options),
  ])) as [DeviceTensor, DeviceTensor, ...DeviceTensor[]]
  const cacheShape = { rows: batchSize(prompts.length), length: roundUp(longest + 1, cacheStep) }
  const cache = createKeyValueCache(runtime, config, cacheShape)
  const rows = prompts.map((prompt) => distinct.indexOf(prompt))
  prompts.forEach((prompt, row) => {
    cache.fill(row, keyValues, { row: rows[row] as number, length: prompt.length })
  })
  return { cache, next: onHost(config, logprobs, probabilities), rows }
}

const onHost = ({ vocabularySize }: ModelConfig, logprobs: DeviceTensor, weights: DeviceTensor): NextTokens => ({
  logprobs: logprobs.data as Float32Array,
  weights: weights.data as Float32Array,
  vocabularySize,
})

/** A cache of another size with the given rows of `cache`, in order. */
function movedCache(
  { runtime, config }: DecodingContext,
  cache: KeyValueCache,
  {
    places,
    shape,
  }: { readonly places: readonly number[]; readonly shape: { readonly rows: number; readonly length: number } },
): KeyValueCache {
  const moved = createKeyValueCache(runtime, config, { ...shape, length: Math.max(shape.length, cacheStep) })
  places.forEach((row, to) => {
    moved.fill(to, cache.tensors, { row, length: cache.filled[row] as number })
  })
  return moved
}

/** One step for the first `used` rows of the cache; finished and unused ones compute unused values. */
async function decode(
  context: DecodingContext,
  cache: KeyValueCache,
  {
    last,
    used,
    table,
    options,
  }: {
    readonly last: Int32Array
    readonly used: number
    readonly table: { readonly cos: Float32Array; readonly sin: Float32Array }
    readonly options: SampleOptions
  },
): Promise<NextTokens> {
  const { runtime, config, weights } = context
  const half = config.headSize / 2
  const cos = new Float32Array(cache.rows * half)
  const sin = new Float32Array(cache.rows * half)
  for (let row = 0; row < used; row++) {
    const position = cache.filled[row] as number
    cos.set(table.cos.subarray(position * half, (position + 1) * half), row * half)
    sin.set(table.sin.subarray(position * half, (position + 1) * half), row * half)
  }
  const compiled = await runtime.sessions.get(
    `decode/${cache.rows}x${cache.length}`,
    () => decodeFunction(runtime.jax, config),
    decodeInputs(config, cache),
  )
  const { place } = runtime.backend
  const [logprobs, probabilities, ...fresh] = (await compiled.run([
    ...weights,
    ...cache.tensors,
    place(int32Tensor(last, [cache.rows])),
    place(float32Tensor(cos, [cache.rows, half])),
    place(float32Tensor(sin, [cache.rows, half])),
    cache.mask,
    inverseTemperature(context, options),
  ])) as [DeviceTensor, DeviceTensor, ...DeviceTensor[]]
  cache.append(fresh, used)
  return onHost(config, logprobs, probabilities)
}
