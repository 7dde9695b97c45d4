/** The settings of a collection: saved in its run, read again when it is resumed. */
import { z } from 'zod'
import { modelServerAddress, throwProblems, wrongValues } from '../../config/index.ts'
import { BatonError } from '../../core/failure.ts'
import type { JsonObject } from '../../core/json.ts'
import { samplerNames } from '../samplers/index.ts'

const path = z.string().min(1).nullable()

const settingsSchema = z.strictObject({
  seed: z.number().int().min(0),
  /** Questions to choose demonstrations from; null for generated picture questions. */
  questions: path,
  annotations: path,
  pictures: path,
  /** Generated questions, where no file is given. */
  generated: z.number().int().min(10),
  /** How many of the index are asked; null is all. */
  queries: z.number().int().min(1).nullable(),
  pool: z.strictObject({ size: z.number().int().min(1), sampler: z.enum(samplerNames) }),
  /** ngrams, sentences, or the folder of a CLIP model as `clip:<folder>`. */
  encoder: z.string().regex(/^(?:ngrams|sentences|clip:.+)$/),
  /** Instead of an encoder. */
  embeddings: path,
  plan: z.strictObject({
    shots: z.number().int().min(1),
    count: z.number().int().min(1),
    similar: z.number().int().min(0),
    similarTemperature: z.number().positive(),
    infoScoreBeams: z.number().int().min(0),
    infoScoreOrder: z.enum(['left', 'right']),
    beams: z.number().int().min(0),
    samples: z.number().int().min(0),
    temperatures: z.array(z.number().positive()),
    miningRounds: z.number().int().min(0),
    hasReferenceProbability: z.boolean().default(false),
  }),
  /** Checkpoint of a selector that proposes too. */
  selector: path,
  /** File of sequences to judge again instead of proposing. */
  rejudge: path,
  /** File of sequences of the same profile and pools, to be joined with the new ones. */
  merge: path.default(null),
  balance: z.strictObject({ positives: z.number().int().min(1), negatives: z.number().int().min(1) }).nullable(),
  server: z.strictObject({
    /** `simulator` is the offline one, in this process. */
    baseUrl: modelServerAddress('simulator'),
    model: z.string().min(1),
    apiKeyEnvironment: z.string().nullable(),
    concurrency: z.number().int().min(1),
  }),
  /** Fields that differ from the default profile. */
  profile: z.record(z.string(), z.unknown()),
})

export type CollectionSettings = z.infer<typeof settingsSchema>

/** @throws BatonError that names the setting. */
export function checkSettings(value: unknown): CollectionSettings {
  const result = settingsSchema.safeParse(value)
  if (result.success) return result.data
  const page = 'npx baton demos collect --help'
  if (isObject(value)) throwProblems('collection-settings', wrongValues(settingsSchema, value, { page }))
  throw new BatonError('the settings of the collection are not a mapping of keys.', {
    boundary: 'config',
    code: 'collection-settings',
    hint: 'Give the run folder that npx baton demos collect made.',
  })
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
