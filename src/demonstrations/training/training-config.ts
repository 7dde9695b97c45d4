/**
 * The configuration of `baton demos train`: one schema for types, ranges and defaults. Every key can be given in a file
 * (YAML or JSON) or as `key=value`; an unknown one is refused with the nearest known one.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { nearestKey, readSetting, runName, throwProblems, wrongValues } from '../../config/index.ts'
import { BatonError } from '../../core/failure.ts'
import type { Json, JsonObject } from '../../core/json.ts'
import {
  biEncoderArchitecture,
  languageModelArchitecture,
  pointerArchitecture,
  type SelectorArchitecture,
} from '../../engines/pointer/index.ts'
import { rewardModes } from './rewards.ts'
import { grpoStage, rceStage, supervisedStage, type TrainingStage } from './stages.ts'

const count = z.number().int().min(0)
const positive = z.number().int().min(1)
const share = z.number().min(0).max(1)
const methods = ['supervised', 'rce', 'grpo'] as const

const optimizer = {
  learningRate: z.number().positive(),
  warmupSteps: count,
  schedule: z.enum(['constant', 'linear', 'cosine']),
  batchSize: positive,
  weightDecay: z.number().min(0),
  maxGradNorm: z.number().positive(),
  dropoutRate: z.number().min(0).max(0.95),
  freeze: z.enum(['none', 'backbone', 'attention']),
}

const schema = z.strictObject({
  seed: count,
  /** Files of collected sequences. */
  data: z.array(z.string()),
  /** Of the index. */
  embeddings: z.string(),
  /** Of the queries, where they are no rows of the index. */
  queryEmbeddings: z.string().nullable(),
  /** Run folder of a collection: its sequences and embeddings are used, and fresh samples are judged as it judged. */
  collection: z.string().nullable(),
  /** A checkpoint to start from; its architecture then counts, and `selector` is not read. */
  start: z.string().nullable(),
  stages: z.array(z.enum(methods)).min(1),
  threads: positive,
  validationShare: z.number().min(0).max(0.9),
  run: z.strictObject({ folder: z.string().min(1), name: runName().nullable(), keepCheckpoints: positive }),
  selector: z.strictObject({
    kind: z.enum(['pointer', 'bi-encoder', 'language-model']),
    hiddenWidth: positive,
    layers: count,
    heads: positive,
    temperature: z.number().positive(),
    queryUpdate: z.enum(['none', 'gate', 'gru']),
    stepEmbeddings: count,
    diversitySteps: count,
    /** Picks before STOP may be chosen; null: no STOP. */
    stopAfter: count.nullable(),
  }),
  groups: z.strictObject({
    reward: z.enum(rewardModes),
    hardWeight: z.number(),
    softWeight: z.number(),
    relevanceWeight: z.number(),
    skipFallback: z.boolean(),
    noSignal: z.enum(['keep', 'drop-equal', 'drop-equal-or-low']),
    lowReward: z.number(),
  }),
  supervised: z.strictObject({ ...optimizer, epochs: positive, labelSmoothing: share }),
  rce: z.strictObject({
    ...optimizer,
    epochs: positive,
    scale: z.enum(['raw', 'normalised', 'rank']),
    bestOnly: z.boolean(),
    firstTemperature: z.number().positive(),
    lastTemperature: z.number().positive(),
  }),
  grpo: z.strictObject({
    ...optimizer,
    epochs: positive,
    groups: z.enum(['given', 'fresh']),
    rounds: positive,
    groupSize: z.number().int().min(2),
    shots: positive,
    samplingTemperature: z.number().positive(),
    advantages: z.strictObject({
      scale: z.enum(['deviation', 'rank']),
      deviationFloor: z.number().min(0),
      limit: z.number().positive(),
    }),
    clipLow: share,
    clipHigh: z.number().min(0),
    klCoefficient: z.number().min(0),
  }),
})

export type TrainingConfig = z.infer<typeof schema>

function defaults(): JsonObject {
  const { method: _, ...supervised } = supervisedStage()
  const { method: __, ...rce } = rceStage()
  const { method: ___, ...grpo } = grpoStage()
  return {
    seed: 1,
    data: [],
    embeddings: '',
    queryEmbeddings: null,
    collection: null,
    start: null,
    stages: ['rce', 'grpo'],
    threads: 1,
    validationShare: 0.2,
    run: { folder: 'runs', name: null, keepCheckpoints: 3 },
    selector: {
      kind: 'pointer',
      hiddenWidth: 256,
      layers: 1,
      heads: 1,
      temperature: 0.1,
      queryUpdate: 'none',
      stepEmbeddings: 0,
      diversitySteps: 0,
      stopAfter: null,
    },
    groups: {
      reward: 'hard_plus_soft',
      hardWeight: 1,
      softWeight: 1,
      relevanceWeight: 0.1,
      skipFallback: true,
      noSignal: 'keep',
      lowReward: 0.1,
    },
    supervised: { ...supervised },
    rce: { ...rce },
    grpo: { ...grpo, advantages: { ...grpo.advantages } },
  }
}

/** @param layers from the weakest to the strongest, over the defaults. @throws BatonError naming key, value and fix. */
export function resolveTrainingConfig(layers: readonly JsonObject[]): TrainingConfig {
  const merged = layers.reduce((under, layer) => merge(under, layer, ''), defaults())
  const parsed = schema.safeParse(merged)
  if (parsed.success) return completed(parsed.data)
  const page = 'docs/demonstrations-selector.md'
  throwProblems('demos-train', wrongValues(schema, merged, { defaults: defaults(), page }))
  throw parsed.error
}

/** A collection stands for its own files. */
function completed(config: TrainingConfig): TrainingConfig {
  const { collection, data, embeddings, stages, grpo } = config
  const isFresh = stages.includes('grpo') && grpo.groups === 'fresh'
  if (isFresh && collection === null) {
    throw configError(
      'fresh GRPO has new sequences judged and needs a collection.',
      'Give --collection <run of npx baton demos collect>, or set grpo.groups=given.',
    )
  }
  const files = {
    data: data.length > 0 || collection === null ? data : [join(collection, 'sequences.json')],
    embeddings: embeddings !== '' || collection === null ? embeddings : join(collection, 'embeddings.safetensors'),
  }
  if (files.data.length === 0 || files.embeddings === '') {
    throw configError(
      'training needs --collection, or --data and --embeddings.',
      'Give the run folder of npx baton demos collect, or its sequences and embeddings.',
    )
  }
  return { ...config, ...files }
}

/** `a.b=1` as a layer; values are read as YAML. */
export function settingLayer(setting: string): JsonObject {
  return readSetting(setting).values
}

function merge(under: JsonObject, over: JsonObject, prefix: string): JsonObject {
  const merged: Record<string, Json> = { ...under }
  for (const [name, value] of Object.entries(over)) {
    const path = `${prefix}${name}`
    const known = under[name]
    if (known === undefined) {
      const meant = nearestKey(path, keysOf(defaults()))
      throw configError(
        `${path} is not a known key.`,
        meant === null ? 'docs/demonstrations-selector.md lists the keys.' : `Did you mean ${meant}?`,
      )
    }
    merged[name] = isObject(known) && isObject(value) ? merge(known, value, `${path}.`) : value
  }
  return merged
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function keysOf(object: JsonObject, prefix = ''): string[] {
  return Object.entries(object).flatMap(([name, value]) =>
    isObject(value) ? keysOf(value, `${prefix}${name}.`) : [`${prefix}${name}`],
  )
}

/** The selector that the configuration asks for. @param rows of the index. @param maxShots longest collected sequence. */
export function configuredArchitecture(
  { selector }: TrainingConfig,
  { inputWidth, rows, maxShots }: { readonly inputWidth: number; readonly rows: number; readonly maxShots: number },
): SelectorArchitecture {
  const { kind, hiddenWidth, layers, heads, temperature, stopAfter, ...options } = selector
  switch (kind) {
    case 'pointer': {
      const stop = stopAfter === null ? null : { leastShots: stopAfter }
      return pointerArchitecture({ inputWidth, hiddenWidth, layers, heads, temperature, stop, ...options })
    }
    case 'bi-encoder':
      return biEncoderArchitecture({ inputWidth, temperature })
    case 'language-model':
      return languageModelArchitecture({
        inputWidth,
        hiddenWidth,
        layers,
        heads,
        indexRows: rows,
        maxShots: Math.max(8, maxShots),
      })
    default:
      return kind satisfies never
  }
}

export function configuredStages(config: TrainingConfig): TrainingStage[] {
  return config.stages.map((method) => {
    switch (method) {
      case 'supervised':
        return supervisedStage(config.supervised)
      case 'rce':
        return rceStage(config.rce)
      case 'grpo':
        return grpoStage(config.grpo)
      default:
        return method satisfies never
    }
  })
}

function configError(message: string, hint: string): BatonError {
  return new BatonError(message, { boundary: 'config', code: 'demos-train', hint })
}
