/**
 * What differs between servers of the Tinker protocol, as data: Baton's own ways and those of others, so that a client
 * can be tested against each. Source: the servers' public code, August 2026 (docs/serve.md). Their losses, replies and
 * orders are imitated, not their speed or their models.
 */
import type { RatioBounds, TokenLossName } from './token-losses.ts'

export interface ServerBehaviour {
  /** Forms of a `forward_backward` body that are taken; another is answered 415. */
  readonly requestForms: readonly ('json' | 'protobuf')[]
  /** Whether results are protobuf for a client that accepts it. */
  readonly answersProtobuf: boolean
  /** An operation must carry exactly the next sequence number, a repeated one is a conflict. */
  readonly isStrictSequence: boolean
  /** What a poll gets when the result is not there yet: 200 with `try_again`, or 408. */
  readonly pendingReply: 'try-again' | 'timeout'
  /** What a poll gets for a failed operation: 200 with `error`, or a status of its own. */
  readonly failedStatus: 200 | 400 | 422
  readonly submitStatus: 200 | 202
  /** `loss:sum` or `loss`. */
  readonly hasMetricSuffixes: boolean
  /** Form of the paths of named sampler weights: `tinker://<model>/sampler_weights/<name>` or `tinker://<model>/<name>`. */
  readonly samplerPathParts: 2 | 3
  /** Where the client sends none. */
  readonly bounds: Readonly<Record<'ppo' | 'cispo', RatioBounds>>
  /** `sum` over tokens and data; or each datum divided by its weights, then the mean over the data of a request. */
  readonly reduction: 'sum' | 'sequence-mean'
  /** Which of the optimizer's settings are read; the rest are the server's own. */
  readonly readsAdam: 'all' | 'learning-rate'
  readonly losses: readonly TokenLossName[]
  /** Loss that stands in for one that is not known; null refuses it. */
  readonly standInLoss: TokenLossName | null
  /** Whether a sampling session keeps its weights, or samples the newest of its model. */
  readonly keepsSnapshots: boolean
  /** Whether `load_weights` may come after other operations. */
  readonly loadsAtAnyTime: boolean
  readonly samplesBaseModel: boolean
  readonly givesSamplerLogprobs: boolean
  /** Every request needs an `x-request-id`. */
  readonly needsRequestId: boolean
  /** 0: no limit. */
  readonly largestRank: number
}

export const ownBehaviour: ServerBehaviour = {
  requestForms: ['json', 'protobuf'],
  answersProtobuf: true,
  isStrictSequence: false,
  pendingReply: 'try-again',
  failedStatus: 200,
  submitStatus: 200,
  hasMetricSuffixes: true,
  samplerPathParts: 3,
  bounds: { ppo: { low: 0.8, high: 1.2 }, cispo: { low: 0, high: 4 } },
  reduction: 'sum',
  readsAdam: 'all',
  losses: ['cross_entropy', 'importance_sampling', 'ppo', 'cispo', 'dro'],
  standInLoss: null,
  keepsSnapshots: true,
  loadsAtAnyTime: true,
  samplesBaseModel: true,
  givesSamplerLogprobs: true,
  needsRequestId: false,
  largestRank: 0,
}

const skyrl: ServerBehaviour = {
  ...ownBehaviour,
  pendingReply: 'timeout',
  failedStatus: 400,
  hasMetricSuffixes: false,
  samplerPathParts: 2,
  readsAdam: 'learning-rate',
  losses: ['cross_entropy', 'importance_sampling', 'ppo', 'cispo'],
  bounds: { ppo: { low: 0.8, high: 1.2 }, cispo: { low: 0, high: 5 } },
  keepsSnapshots: false,
  loadsAtAnyTime: false,
  samplesBaseModel: false,
}

/** By the name that `--imitate` takes. */
export const imitatedBehaviours = {
  skyrl,
  'skyrl-jax': {
    ...skyrl,
    reduction: 'sequence-mean',
    readsAdam: 'all',
    bounds: { ppo: { low: 0.8, high: 1.2 }, cispo: { low: 0.8, high: 1.2 } },
    keepsSnapshots: true,
    samplesBaseModel: true,
  },
  tuft: {
    ...ownBehaviour,
    requestForms: ['protobuf'],
    isStrictSequence: true,
    failedStatus: 422,
    submitStatus: 202,
    bounds: { ppo: { low: 0.9, high: 1.1 }, cispo: { low: 0.9, high: 1.1 } },
    largestRank: 16,
  },
  twinkle: {
    ...ownBehaviour,
    requestForms: ['json'],
    answersProtobuf: false,
    losses: ['cross_entropy', 'importance_sampling'],
    standInLoss: 'cross_entropy',
    keepsSnapshots: false,
    needsRequestId: true,
  },
} as const satisfies Record<string, ServerBehaviour>

export type OtherServer = keyof typeof imitatedBehaviours
