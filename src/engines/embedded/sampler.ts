/**
 * Samples completions: one pass over the distinct prompts, then one graph run a token over all unfinished completions.
 * Batch and cache sizes are rounded up to a few sizes; rows are dropped once half of them are done. A completion is a
 * function of weights, prompt, key and options: its random numbers are its own, and no row's arithmetic depends on the
 * others (sizes below `smallestBatch` are never used, where onnxruntime has other kernels).
 */
import { type Rng, randomFor, randomFromSeed } from '../../core/random.ts'
import {
  type DeviceTensor,
  float32Tensor,
  int32Tensor,
  rotaryTable,
  type TensorRuntime,
  type Weights,
} from '../../tensor/index.ts'
import { chooseToken } from '../choose-token.ts'
import type { SampledCompletion, SampleOptions, SampleRequest } from '../policy-engine.ts'
import { createKeyValueCache, type KeyValueCache } from './key-value-cache.ts'
import { decodeFunction, decodeInputs, prefillFunction, prefillInputs } from './llama-decode.ts'
import { headSizeOf, type ModelConfig } from './model-config.ts'

export interface SamplerContext {
  readonly runtime: TensorRuntime
  readonly config: ModelConfig
  readonly weights: Weights
  readonly options: SampleOptions
  readonly signal: AbortSignal
}

/** Completions that are decoded at once, at most. */
const largestBatch = 128
const smallestBatch = 8
const cacheStep = 64
const promptStep = 64

/** A completion in the making. */
interface Draft {
  readonly prompt: readonly number[]
  readonly rng: Rng
  readonly tokens: number[]
  readonly logprobs: number[]
  stopReason: SampledCompletion['stopReason'] | null
}

export async function sampleCompletions(
  context: SamplerContext,
  requests: readonly SampleRequest[],
): Promise<SampledCompletion[][]> {
  const drafts = requests.map(({ prompt, count, key, seeds }) =>
    Array.from({ length: count }, (_, i): Draft => {
      const seed = seeds?.[i]
      const rng = seed === undefined ? randomFor(...key, i) : randomFromSeed(seed)
      return { prompt, rng, tokens: [], logprobs: [], stopReason: null }
    }),
  )
  const all = drafts.flat()
  for (let start = 0; start < all.length; start += largestBatch) {
    await completeDrafts(context, all.slice(start, start + largestBatch))
  }
  return drafts.map((group) =>
    group.map(({ tokens, logprobs, stopReason }) => ({ tokens, logprobs, stopReason: stopReason ?? 'length' })),
  )
}

async function completeDrafts(context: SamplerContext, drafts: readonly Draft[]): Promise<void> {
  const { config, options, signal } = context
  const start = await prefill(context, drafts)
  let { cache } = start
  let active = start.drafts
  let next = start.next
  const table = rotaryTable(
    Array.from({ length: config.contextLength }, (_, i) => i),
    headSizeOf(config),
    config.ropeTheta,
  )
  for (;;) {
    signal.throwIfAborted()
    active.forEach((draft, row) => {
      if (draft.stopReason === null) extendDraft(draft, next, { row, config, options })
    })
    const remaining = active.filter(({ stopReason }) => stopReason === null)
    if (remaining.length === 0) return
    const rows = batchSize(remaining.length)
    const longest = active.reduce((most, draft, row) => {
      return draft.stopReason === null ? Math.max(most, cache.filled[row] as number) : most
    }, 0)
    if (rows < cache.rows || longest >= cache.length) {
      cache = movedCache(context, cache, { drafts: active, shape: { rows, length: roundUp(longest + 1, cacheStep) } })
      active = remaining
    }
    next = await decode(context, cache, { drafts: active, table })
  }
}

/** Draws the next token of a draft and ends it at the end of text, the token limit or the context's end. */
function extendDraft(
  draft: Draft,
  next: NextTokens,
  { row, config, options }: { readonly row: number; readonly config: ModelConfig; readonly options: SampleOptions },
): void {
  const { vocabularySize } = config
  const token = chooseToken(next.weights, { row, vocabularySize }, options, draft.rng.next())
  draft.tokens.push(token)
  // At temperature 0 the distribution is a point: the chosen token has probability 1.
  draft.logprobs.push(options.temperature === 0 ? 0 : (next.logprobs[row * vocabularySize + token] as number))
  if (token === config.endOfTextId) draft.stopReason = 'stop'
  else if (draft.tokens.length >= options.maxTokens) draft.stopReason = 'length'
  else if (draft.prompt.length + draft.tokens.length >= config.contextLength) draft.stopReason = 'length'
}

interface NextTokens {
  /** [B, V] */
  readonly logprobs: Float32Array
  /** [B, V], unnormalised. */
  readonly weights: Float32Array
}

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step

function batchSize(count: number): number {
  let size = smallestBatch
  while (size < count) size *= 2
  return size
}

const inverseTemperature = ({ runtime, options }: SamplerContext): DeviceTensor =>
  runtime.backend.place(float32Tensor(Float32Array.of(options.temperature === 0 ? 1 : 1 / options.temperature), []))

/** Runs every distinct prompt once and hands its keys and values to all of its completions. */
async function prefill(
  context: SamplerContext,
  drafts: readonly Draft[],
): Promise<{ cache: KeyValueCache; drafts: readonly Draft[]; next: NextTokens }> {
  const { runtime, config, weights } = context
  const prompts = [...new Set(drafts.map(({ prompt }) => prompt))]
  const longest = Math.max(...prompts.map((prompt) => prompt.length))
  const shape = { rows: batchSize(prompts.length), length: roundUp(longest, promptStep) }
  const tokens = new Int32Array(shape.rows * shape.length)
  const last = new Float32Array(shape.rows * shape.length)
  prompts.forEach((prompt, row) => {
    tokens.set(prompt, row * shape.length)
    last[row * shape.length + prompt.length - 1] = 1
  })
  const compiled = await runtime.sessions.get(
    `prefill/${shape.rows}x${shape.length}`,
    () => prefillFunction(runtime.jax, config),
    prefillInputs(config, shape),
  )
  const dims = [shape.rows, shape.length]
  const [logprobs, probabilities, ...keyValues] = (await compiled.run([
    ...weights,
    runtime.backend.place(int32Tensor(tokens, dims)),
    runtime.backend.place(float32Tensor(last, dims)),
    inverseTemperature(context),
  ])) as [DeviceTensor, DeviceTensor, ...DeviceTensor[]]
  const cacheShape = { rows: batchSize(drafts.length), length: roundUp(longest + 1, cacheStep) }
  const cache = createKeyValueCache(runtime, config, cacheShape)
  const promptRows = drafts.map(({ prompt }) => prompts.indexOf(prompt))
  drafts.forEach(({ prompt }, row) => {
    cache.fill(row, keyValues, { row: promptRows[row] as number, length: prompt.length })
  })
  const spread = (data: Float32Array): Float32Array => spreadRows(data, promptRows, config.vocabularySize)
  const next = {
    logprobs: spread(logprobs.data as Float32Array),
    weights: spread(probabilities.data as Float32Array),
  }
  return { cache, drafts, next }
}

/** Row i of the result is row `rows[i]` of `data`. */
function spreadRows(data: Float32Array, rows: readonly number[], width: number): Float32Array {
  const result = new Float32Array(rows.length * width)
  rows.forEach((from, to) => {
    result.set(data.subarray(from * width, (from + 1) * width), to * width)
  })
  return result
}

/** A cache of another size with the unfinished rows of `cache`, in order. */
function movedCache(
  { runtime, config }: SamplerContext,
  cache: KeyValueCache,
  {
    drafts,
    shape,
  }: { readonly drafts: readonly Draft[]; readonly shape: { readonly rows: number; readonly length: number } },
): KeyValueCache {
  const moved = createKeyValueCache(runtime, config, { ...shape, length: Math.max(shape.length, cacheStep) })
  let to = 0
  drafts.forEach(({ stopReason }, row) => {
    if (stopReason !== null) return
    moved.fill(to, cache.tensors, { row, length: cache.filled[row] as number })
    to += 1
  })
  return moved
}

/** One step for all rows; finished and unused ones compute unused values. */
async function decode(
  context: SamplerContext,
  cache: KeyValueCache,
  {
    drafts,
    table,
  }: { readonly drafts: readonly Draft[]; readonly table: { readonly cos: Float32Array; readonly sin: Float32Array } },
): Promise<NextTokens> {
  const { runtime, config, weights } = context
  const half = headSizeOf(config) / 2
  const tokens = new Int32Array(cache.rows)
  const cos = new Float32Array(cache.rows * half)
  const sin = new Float32Array(cache.rows * half)
  drafts.forEach((draft, row) => {
    const position = cache.filled[row] as number
    tokens[row] = draft.tokens.at(-1) ?? 0
    cos.set(table.cos.subarray(position * half, (position + 1) * half), row * half)
    sin.set(table.sin.subarray(position * half, (position + 1) * half), row * half)
  })
  const compiled = await runtime.sessions.get(
    `decode/${cache.rows}x${cache.length}`,
    () => decodeFunction(runtime.jax, config),
    decodeInputs(config, cache),
  )
  const { place } = runtime.backend
  const [logprobs, probabilities, ...fresh] = (await compiled.run([
    ...weights,
    ...cache.tensors,
    place(int32Tensor(tokens, [cache.rows])),
    place(float32Tensor(cos, [cache.rows, half])),
    place(float32Tensor(sin, [cache.rows, half])),
    cache.mask,
    inverseTemperature(context),
  ])) as [DeviceTensor, DeviceTensor, ...DeviceTensor[]]
  cache.append(fresh, drafts.length)
  return { logprobs: logprobs.data as Float32Array, weights: probabilities.data as Float32Array }
}
