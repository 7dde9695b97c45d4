/**
 * Decoding layer by layer: one pass over the distinct prompts, then one new position a step of every unfinished completion.
 * The completions of a prompt share its keys and values. Sizes are rounded up to a few; finished completions are computed
 * along until they are half of all.
 */
import { ropeFrequencies } from '../../models/index.ts'
import { type DeviceTensor, float32Tensor, maskedScore, rotaryTable, type Weights } from '../../tensor/index.ts'
import { drawTokens } from '../choose-token.ts'
import type { DecodingModel, DecodingRows, Draw, DrawnTokens } from '../sample-completions.ts'
import { type DecodeShape, decodeLayerFunction, decodeLayerInputs } from './decode-graph.ts'
import { drawFunction, drawInputs, type HeadKind } from './draw-graph.ts'
import { lengthBucket } from './packs.ts'
import {
  batchGeometry,
  byLayer,
  compiledLayer,
  embedded,
  headRows,
  type LayeredModel,
  layerAdapter,
  layerForm,
} from './passes.ts'

export interface AdapterDecoding {
  readonly model: LayeredModel
  /** Null: the base alone. */
  readonly adapter: Weights | null
  readonly stopTokens: readonly number[]
  /** Positions of a pass over prompts, padding included. */
  readonly batchTokens: number
}

/** Completions decoded at once, at most. */
const largestBatch = 128
/** Memory of their keys and values, about. */
const cacheBytes = 2 ** 29
const cacheStep = 32

/** Keys and values of every layer, [rows, K, length, size] each, k and v of a layer in turn. */
interface Cache {
  readonly length: number
  readonly tensors: readonly DeviceTensor[]
}

/** What the rows of a batch have so far. */
interface Batch {
  readonly shape: DecodeShape
  readonly promptLengths: readonly number[]
  readonly prompts: Cache
  readonly completions: Cache
  /** Written positions of each row; -1 for a row that is no completion. */
  readonly written: Int32Array
}

export function layeredDecodingModel(context: AdapterDecoding): DecodingModel {
  const {
    model: { config },
    stopTokens,
  } = context
  return {
    contextLength: config.contextLength,
    stopTokens,
    rowLimit(longestPrompt) {
      const perToken = 8 * config.layers * config.keyValueHeads * config.headSize
      return Math.max(8, Math.min(largestBatch, Math.floor(cacheBytes / (perToken * (longestPrompt / 4 + 128)))))
    },
    async start(prompts, draw) {
      const distinct = [...new Map(prompts.map((prompt) => [prompt.join(), prompt])).values()]
      const indexOf = new Map(distinct.map((prompt, i) => [prompt.join(), i]))
      const promptOf = prompts.map((prompt) => indexOf.get(prompt.join()) as number)
      const { cache, last } = await readPrompts(context, distinct)
      const states = spread(last, promptOf, config.hiddenSize)
      const drawn = await drawNext(context, states, draw)
      const lengths = distinct.map((prompt) => prompt.length)
      return { decoding: createDecoding(context, { prompts: cache, lengths, promptOf }), drawn }
    },
  }
}

function createDecoding(
  context: AdapterDecoding,
  first: { readonly prompts: Cache; readonly lengths: readonly number[]; readonly promptOf: readonly number[] },
): DecodingRows {
  const { model } = context
  const width = model.config.hiddenSize
  const opened = openBatch(model, first)
  let batch = opened.batch
  let places = opened.places
  return {
    async next(live, tokens, draw): Promise<DrawnTokens> {
      places = live.map((row) => places[row] as number)
      const longest = places.reduce((most, place) => Math.max(most, batch.written[place] as number), 0)
      const kept = keptShape(batch, places)
      const isSmaller = 2 * kept.prompts * kept.completions <= batch.shape.prompts * batch.shape.completions
      if (isSmaller || longest >= batch.shape.length) {
        const moved = movedBatch(model, batch, { places, shape: isSmaller ? kept : batch.shape, longest })
        batch = moved.batch
        places = moved.places
      }
      const last = new Int32Array(batch.written.length)
      places.forEach((place, i) => {
        last[place] = tokens[i] as number
      })
      const states = await step(context, batch, last)
      return drawNext(context, spread(states, places, width), draw)
    },
  }
}

const powerOfTwo = (count: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, count)))

/** Rows that the given places need when prompts without a live completion are dropped. */
function keptShape({ shape }: Batch, places: readonly number[]): { prompts: number; completions: number } {
  const counts = new Map<number, number>()
  for (const place of places) {
    const prompt = Math.floor(place / shape.completions)
    counts.set(prompt, (counts.get(prompt) ?? 0) + 1)
  }
  const prompts = Math.min(powerOfTwo(counts.size), shape.prompts)
  return { prompts, completions: Math.min(powerOfTwo(Math.max(...counts.values())), shape.completions) }
}

function emptyCache({ runtime, config }: LayeredModel, rows: number, length: number): Cache {
  const shape = [rows, config.keyValueHeads, length, config.headSize]
  const size = shape.reduce((product, extent) => product * extent, 1)
  const place = (): DeviceTensor => runtime.backend.place(float32Tensor(new Float32Array(size), shape))
  return { length, tensors: Array.from({ length: 2 * config.layers }, place) }
}

/** Copies `count` positions of row `from` of one cache to row `to` of another. */
function copyRow(
  { config }: LayeredModel,
  [source, from]: readonly [Cache, number],
  [target, to]: readonly [Cache, number],
  count: number,
): void {
  const { keyValueHeads: heads, headSize: size } = config
  source.tensors.forEach(({ data }, i) => {
    const into = (target.tensors[i] as DeviceTensor).data as Float32Array
    for (let head = 0; head < heads; head++) {
      const start = (from * heads + head) * source.length * size
      into.set(data.subarray(start, start + count * size), (to * heads + head) * target.length * size)
    }
  })
}

function openBatch(
  model: LayeredModel,
  {
    prompts,
    lengths,
    promptOf,
  }: { readonly prompts: Cache; readonly lengths: readonly number[]; readonly promptOf: readonly number[] },
): { readonly batch: Batch; readonly places: number[] } {
  const counts = lengths.map(() => 0)
  const slots = promptOf.map((prompt) => {
    counts[prompt] = (counts[prompt] as number) + 1
    return (counts[prompt] as number) - 1
  })
  const completions = Math.max(...counts)
  const places = promptOf.map((prompt, i) => prompt * completions + (slots[i] as number))
  const shape = { prompts: lengths.length, completions, promptLength: prompts.length, length: cacheStep }
  const written = new Int32Array(shape.prompts * completions).fill(-1)
  for (const place of places) written[place] = 0
  const own = emptyCache(model, written.length, shape.length)
  return { batch: { shape, promptLengths: lengths, prompts, completions: own, written }, places }
}

/** The given rows in a batch of another size, those of a prompt still together. */
function movedBatch(
  model: LayeredModel,
  from: Batch,
  {
    places,
    shape: wanted,
    longest,
  }: {
    readonly places: readonly number[]
    readonly shape: { readonly prompts: number; readonly completions: number }
    readonly longest: number
  },
): { readonly batch: Batch; readonly places: number[] } {
  const promptAt = (place: number): number => Math.floor(place / from.shape.completions)
  const isKept = wanted.prompts === from.shape.prompts
  const live = isKept ? [...from.promptLengths.keys()] : [...new Set(places.map(promptAt))]
  const lengths = Array.from({ length: wanted.prompts }, (_, i) => from.promptLengths[live[i] ?? -1] ?? 1)
  const length = Math.ceil((longest + 1) / cacheStep) * cacheStep
  const shape = { ...wanted, promptLength: from.shape.promptLength, length }
  const prompts = isKept ? from.prompts : emptyCache(model, wanted.prompts, from.prompts.length)
  if (!isKept) {
    live.forEach((prompt, to) => {
      copyRow(model, [from.prompts, prompt], [prompts, to], from.promptLengths[prompt] as number)
    })
  }
  const written = new Int32Array(wanted.prompts * wanted.completions).fill(-1)
  const own = emptyCache(model, written.length, length)
  const used = live.map(() => 0)
  const moved = places.map((place) => {
    const prompt = live.indexOf(promptAt(place))
    const to = prompt * wanted.completions + (used[prompt] as number)
    used[prompt] = (used[prompt] as number) + 1
    written[to] = from.written[place] as number
    copyRow(model, [from.completions, place], [own, to], written[to] as number)
    return to
  })
  return { batch: { shape, promptLengths: lengths, prompts, completions: own, written }, places: moved }
}

/** Runs every prompt once, a few at a time: their keys and values, and the last state of each, [U, D]. */
async function readPrompts(
  { model, adapter, batchTokens }: AdapterDecoding,
  prompts: readonly (readonly number[])[],
): Promise<{ readonly cache: Cache; readonly last: Float32Array }> {
  const width = model.config.hiddenSize
  const length = lengthBucket(Math.max(...prompts.map((prompt) => prompt.length)))
  const cache = emptyCache(model, prompts.length, length)
  const last = new Float32Array(prompts.length * width)
  const most = Math.max(1, Math.floor(batchTokens / length))
  for (let start = 0; start < prompts.length; start += most) {
    const part = prompts.slice(start, start + most)
    const shape = { rows: part.length, length }
    const tokens = new Int32Array(shape.rows * length)
    const positions = Int32Array.from(tokens, (_, i) => i % length)
    const segments = new Int32Array(tokens.length)
    part.forEach((prompt, row) => {
      tokens.set(prompt, row * length)
    })
    const geometry = batchGeometry(model, { ...shape, positions, segments })
    const compiled = await compiledLayer(model, shape, { adapter, keepsKeys: true })
    let x = embedded(model, tokens)
    for (const [layer, weights] of model.base.layers.entries()) {
      const own = layerAdapter(model, adapter, layer)
      const [y, ...fresh] = await compiled.run([x, ...(geometry[layer] as Weights), ...weights, ...own])
      const into = { length, tensors: cache.tensors.slice(2 * layer, 2 * layer + 2) }
      part.forEach((prompt, row) => {
        copyRow(model, [{ length, tensors: fresh }, row], [into, start + row], prompt.length)
      })
      x = y as DeviceTensor
    }
    part.forEach((prompt, row) => {
      const end = (row * length + prompt.length) * width
      last.set((x.data as Float32Array).subarray(end - width, end), (start + row) * width)
    })
  }
  return { cache, last }
}

/** One new position of every row; appends its keys and values. @returns the last layer's output, [U * R, D]. */
async function step({ model, adapter }: AdapterDecoding, batch: Batch, tokens: Int32Array): Promise<Float32Array> {
  const { runtime, config, lora } = model
  const { shape, written } = batch
  const options = adapter === null ? null : lora
  const compiled = await runtime.sessions.get(
    `decode/${options === null ? 'base' : 'lora'}/${shape.prompts}x${shape.completions}/${shape.promptLength}+${shape.length}`,
    () => decodeLayerFunction(runtime.jax, config, options),
    decodeLayerInputs(config, shape, { base: layerForm(model.base), lora: options }),
  )
  const geometry = stepGeometry(model, batch)
  let x = embedded(model, tokens)
  for (const [layer, weights] of model.base.layers.entries()) {
    const { angles, promptMask, mask } = geometry[layer] as StepGeometry
    const pair = ({ tensors }: Cache): readonly DeviceTensor[] => tensors.slice(2 * layer, 2 * layer + 2)
    const caches = [...pair(batch.prompts), promptMask, ...pair(batch.completions), mask]
    const [y, ...fresh] = await compiled.run([
      x,
      ...angles,
      ...caches,
      ...weights,
      ...layerAdapter(model, adapter, layer),
    ])
    pair(batch.completions).forEach((into, i) => {
      appendRows(model, batch, { into, from: fresh[i] as DeviceTensor })
    })
    x = y as DeviceTensor
  }
  for (let row = 0; row < written.length; row++) {
    if (isOpen(batch, row)) written[row] = (written[row] as number) + 1
  }
  return x.data as Float32Array
}

/** A row that is full is one that is finished and computed along. */
const isOpen = ({ written, shape }: Batch, row: number): boolean =>
  (written[row] as number) >= 0 && (written[row] as number) < shape.length

function appendRows(
  { config }: LayeredModel,
  batch: Batch,
  { into, from }: { readonly into: DeviceTensor; readonly from: DeviceTensor },
): void {
  const { keyValueHeads: heads, headSize: size } = config
  const { written, shape } = batch
  const target = into.data as Float32Array
  for (let row = 0; row < written.length; row++) {
    if (!isOpen(batch, row)) continue
    for (let head = 0; head < heads; head++) {
      const start = (row * heads + head) * size
      const to = ((row * heads + head) * shape.length + (written[row] as number)) * size
      target.set(from.data.subarray(start, start + size), to)
    }
  }
}

interface StepGeometry {
  readonly angles: readonly DeviceTensor[]
  readonly promptMask: DeviceTensor
  readonly mask: DeviceTensor
}

/** Angles of the new positions, and what they may attend to, by layer. */
function stepGeometry({ runtime, config }: LayeredModel, batch: Batch): StepGeometry[] {
  const { shape, written, promptLengths } = batch
  const rows = written.length
  const half = config.headSize / 2
  const place = (data: Float32Array, ...dims: number[]): DeviceTensor =>
    runtime.backend.place(float32Tensor(data, dims))
  const lengthOf = (row: number): number => promptLengths[Math.floor(row / shape.completions)] as number
  const positions = Int32Array.from(written, (count, row) => Math.max(0, count) + lengthOf(row))
  return byLayer(config, ({ rope, window }) => {
    const reach = window ?? Number.POSITIVE_INFINITY
    const table = rotaryTable(positions, ropeFrequencies(rope, config.headSize))
    const promptMask = new Float32Array(rows * shape.promptLength).fill(maskedScore)
    const mask = new Float32Array(rows * shape.length).fill(maskedScore)
    for (let row = 0; row < rows; row++) {
      const position = positions[row] as number
      const length = lengthOf(row)
      const first = Math.max(0, position - reach + 1)
      promptMask.fill(0, row * shape.promptLength + Math.min(first, length), row * shape.promptLength + length)
      const count = Math.max(0, written[row] as number)
      mask.fill(0, row * shape.length + Math.min(Math.max(0, first - length), count), row * shape.length + count)
    }
    return {
      angles: [place(table.cos, rows, half), place(table.sin, rows, half)],
      promptMask: place(promptMask, rows, shape.promptLength),
      mask: place(mask, rows, shape.length),
    }
  })
}

/** Row i of the result is row `rows[i]` of `data`. */
function spread(data: Float32Array, rows: readonly number[], width: number): Float32Array {
  const result = new Float32Array(rows.length * width)
  rows.forEach((from, to) => {
    result.set(data.subarray(from * width, (from + 1) * width), to * width)
  })
  return result
}

/** Draws a token after each of the states [N, D]. */
async function drawNext({ model }: AdapterDecoding, states: Float32Array, draw: Draw): Promise<DrawnTokens> {
  const { runtime, config, base } = model
  const { place } = runtime.backend
  const { temperature, topP, topK = 0 } = draw.options
  const isWhole = topP === 1 && (topK === 0 || topK >= config.vocabularySize)
  // What is allowed is known out here.
  const isDrawnHere = draw.allowed !== undefined || (temperature > 0 && !isWhole)
  const kind: HeadKind = isDrawnHere ? 'table' : temperature === 0 ? 'greedy' : 'draw'
  const width = config.hiddenSize
  const count = states.length / width
  const tokens: number[] = []
  const logprobs: number[] = []
  for (let start = 0; start < count; ) {
    const rows = headRows(config, count - start)
    const used = Math.min(rows, count - start)
    const part = new Float32Array(rows * width)
    part.set(states.subarray(start * width, (start + used) * width))
    const uniforms = draw.uniforms.subarray(start, start + used)
    const compiled = await runtime.sessions.get(
      `next/${kind}/${rows}`,
      () => drawFunction(runtime.jax, config, kind),
      drawInputs(config, rows, kind),
    )
    const inputs = [
      place(float32Tensor(part, [rows, width])),
      base.finalNorm,
      base.head,
      place(float32Tensor(Float32Array.of(temperature === 0 ? 1 : 1 / temperature), [])),
    ]
    if (kind === 'draw') {
      const padded = new Float32Array(rows)
      padded.set(uniforms)
      inputs.push(place(float32Tensor(padded, [rows])))
    }
    const [first, second] = (await compiled.run(inputs)) as [DeviceTensor, DeviceTensor]
    if (kind === 'table') {
      const next = {
        logprobs: first.data as Float32Array,
        weights: second.data as Float32Array,
        vocabularySize: config.vocabularySize,
      }
      const allowed = draw.allowed?.slice(start, start + used)
      const own = { options: draw.options, uniforms, ...(allowed === undefined ? {} : { allowed }) }
      const drawn = drawTokens(next, [...uniforms.keys()], own)
      tokens.push(...Array.from(drawn.tokens))
      logprobs.push(...Array.from(drawn.logprobs))
    } else {
      tokens.push(...first.data.subarray(0, used))
      logprobs.push(...second.data.subarray(0, used))
    }
    start += used
  }
  return { tokens, logprobs }
}
