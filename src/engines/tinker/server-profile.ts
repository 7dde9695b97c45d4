/**
 * What differs between servers of the Tinker protocol, as data. `baton doctor` measures it; a run stores the one it was
 * trained with. Wrong values here are silent training bugs, so nothing is left to a server's default: every value is
 * sent, and what a server is known to ignore is reported.
 */
import { z } from 'zod'

export const builtInLosses = ['cross_entropy', 'importance_sampling', 'ppo', 'cispo', 'dro'] as const
export type BuiltInLoss = (typeof builtInLosses)[number]

const adamSettings = ['learning_rate', 'beta1', 'beta2', 'eps', 'weight_decay', 'grad_clip_norm'] as const

export const serverProfileSchema = z.strictObject({
  version: z.literal(1),
  /** For people: `skyrl-fsdp`, or the address that was probed. */
  server: z.string(),
  /** Form of `forward_backward` requests. */
  requestFormat: z.enum(['protobuf', 'json']),
  /** Form that results are asked for in. */
  resultFormat: z.enum(['protobuf', 'json']),
  /** A pass without gradient: protobuf's flag, or the older JSON endpoint `/forward`. */
  forwardBy: z.enum(['flag', 'path']),
  /** `sequence-mean`: each datum is divided by its weights' sum (ones where none are sent), then data are averaged. */
  reduction: z.enum(['sum', 'sequence-mean']),
  losses: z.array(z.enum(builtInLosses)),
  /** Cross-entropy is a plain weighted sum, so that weights of any sign carry any gradient. */
  hasCustomLosses: z.boolean(),
  /** Ratio bounds of `ppo` where none are sent; null where not known. They are always sent. */
  clipDefaults: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
  adamHonoured: z.array(z.enum(adamSettings)),
  /** `2r`: twice the rank; null where not known. */
  loraAlpha: z.union([z.number(), z.literal('2r')]).nullable(),
  /** `latest-only`: a sampling session samples the newest weights whatever it was made for. */
  snapshots: z.enum(['kept', 'latest-only']),
  hasBaseSampling: z.boolean(),
  hasPromptLogprobs: z.boolean(),
  /** The same seed draws the same completion. */
  hasSeeds: z.boolean(),
  /** One sample request a completion, each with its own seed, instead of one a group. */
  isSeededSingly: z.boolean(),
  /** Sequence numbers must follow each other exactly and may not come twice. */
  isStrictSequence: z.boolean(),
  /** What a model saved can be loaded after the model was unloaded; where not, models that saved anything are left in place. */
  keepsSavedOfUnloaded: z.boolean(),
})

export type ServerProfile = Readonly<z.infer<typeof serverProfileSchema>>

const allAdam = [...adamSettings]

/** Baton's own server: `baton serve`. */
const batonProfile: ServerProfile = {
  version: 1,
  server: 'baton',
  requestFormat: 'protobuf',
  resultFormat: 'protobuf',
  forwardBy: 'flag',
  reduction: 'sum',
  losses: [...builtInLosses],
  hasCustomLosses: true,
  clipDefaults: { low: 0.8, high: 1.2 },
  adamHonoured: allAdam,
  loraAlpha: null,
  snapshots: 'kept',
  hasBaseSampling: true,
  hasPromptLogprobs: true,
  hasSeeds: true,
  isSeededSingly: true,
  isStrictSequence: false,
  keepsSavedOfUnloaded: true,
}

const common = { ...batonProfile, isSeededSingly: false } as const

/** From the servers' public code and documentation, August 2026; not measured here, `baton` apart. */
export const knownProfiles: Readonly<Record<string, ServerProfile>> = {
  baton: batonProfile,
  hosted: { ...common, server: 'hosted', loraAlpha: 32 },
  skyrl: {
    ...common,
    server: 'skyrl (fsdp, megatron)',
    losses: ['cross_entropy', 'importance_sampling', 'ppo'],
    adamHonoured: ['learning_rate'],
    loraAlpha: 32,
    snapshots: 'latest-only',
    hasBaseSampling: false,
  },
  'skyrl-jax': {
    ...common,
    server: 'skyrl (jax)',
    reduction: 'sequence-mean',
    losses: ['cross_entropy', 'importance_sampling', 'ppo', 'cispo'],
    hasCustomLosses: false,
    adamHonoured: ['learning_rate', 'beta1', 'beta2', 'eps', 'weight_decay'],
    loraAlpha: 32,
  },
  tuft: {
    ...common,
    server: 'tuft',
    clipDefaults: { low: 0.9, high: 1.1 },
    loraAlpha: '2r',
    isStrictSequence: true,
    keepsSavedOfUnloaded: false,
  },
  twinkle: {
    ...common,
    server: 'twinkle',
    requestFormat: 'json',
    resultFormat: 'json',
    forwardBy: 'path',
    losses: ['cross_entropy'],
    hasCustomLosses: false,
    clipDefaults: null,
    snapshots: 'latest-only',
  },
}
