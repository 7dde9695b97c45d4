/**
 * What other servers of the Tinker protocol do differently, as data for `imitating-server.ts`. Source: the servers' public
 * code, August 2026. Losses, replies and orders are imitated, not speed, models or bugs.
 */
import type { RatioBounds, TokenLossName } from '../token-losses.ts'

export interface ImitatedBehaviour {
  /** Forms of a `forward_backward` body that are accepted; another is answered 415. */
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
  /** Where the client sends none. */
  readonly bounds: Readonly<Record<'ppo' | 'cispo', RatioBounds>>
  /** `sum` over tokens and data; or each datum divided by its weights, then the mean over the data of a request. */
  readonly reduction: 'sum' | 'sequence-mean'
  /** Which of the optimizer's settings are read; the rest are the server's own. */
  readonly readsAdam: 'all' | 'learning-rate'
  readonly losses: readonly TokenLossName[]
  /** Whether a sampling session keeps its weights, or samples what was put on the sampler last. */
  readonly keepsSnapshots: boolean
  /** Whether `load_weights` may come after other operations. */
  readonly loadsAtAnyTime: boolean
  readonly samplesBaseModel: boolean
  /** 0: no limit. */
  readonly largestRank: number
}

/** Baton's own server. */
export const ownBehaviour: ImitatedBehaviour = {
  requestForms: ['json', 'protobuf'],
  answersProtobuf: true,
  isStrictSequence: false,
  pendingReply: 'try-again',
  failedStatus: 200,
  submitStatus: 200,
  hasMetricSuffixes: true,
  bounds: { ppo: { low: 0.8, high: 1.2 }, cispo: { low: 0, high: 4 } },
  reduction: 'sum',
  readsAdam: 'all',
  losses: ['cross_entropy', 'importance_sampling', 'ppo', 'cispo', 'dro'],
  keepsSnapshots: true,
  loadsAtAnyTime: true,
  samplesBaseModel: true,
  largestRank: 0,
}

const skyrl: ImitatedBehaviour = {
  ...ownBehaviour,
  pendingReply: 'timeout',
  failedStatus: 400,
  hasMetricSuffixes: false,
  readsAdam: 'learning-rate',
  losses: ['cross_entropy', 'importance_sampling', 'ppo', 'cispo'],
  bounds: { ppo: { low: 0.8, high: 1.2 }, cispo: { low: 0, high: 5 } },
  keepsSnapshots: false,
  loadsAtAnyTime: false,
  samplesBaseModel: false,
}

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
} as const satisfies Record<string, ImitatedBehaviour>
