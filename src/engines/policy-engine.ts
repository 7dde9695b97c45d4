/**
 * The policy engine contract: the primitives of the Tinker protocol, so that a policy can live in this process
 * (`embedded/`), on a training server (`tinker/`) or behind an API that is not trained (`frozen/`).
 * Tokens and log-probabilities are trained on exactly as they were sampled; text is never re-tokenised.
 */
import type { PolicyLossOptions } from '../core/policy-loss.ts'
import type { RandomKey } from '../core/random.ts'

export interface Tokenizer {
  /** Special tokens are not added. */
  encode(text: string): number[]
  decode(tokens: readonly number[]): string
  readonly vocabularySize: number
  readonly endOfTextId: number
  readonly padId: number
}

/** A grammar that a completion keeps to: sampled among the tokens that it allows, and scored among the same. */
export interface Constraint {
  /** One of the grammars that the engine was opened with. */
  readonly name: string
  /** Tokens that the completion may have, as it was sampled: near the end only what can still be ended is allowed. */
  readonly maxTokens: number
}

export interface SampleRequest {
  readonly prompt: readonly number[]
  /** Completions to draw; the i-th uses the generator keyed by [...key, i]. */
  readonly count: number
  readonly key: RandomKey
  /** 32-bit seeds of the generators, one a completion, in place of the key's (`hashKey([...key, i])`). */
  readonly seeds?: readonly number[]
  /** Absent: any token may come. */
  readonly constraint?: Constraint
}

export interface SampleOptions {
  readonly maxTokens: number
  /** 0 is greedy. Log-probabilities are those of the distribution sampled from at top_p = 1: log softmax(logits / temperature). */
  readonly temperature: number
  /** In (0, 1]; 1 is off. Below 1 the sampler's log-probs no longer normalise over what could be drawn: not for training. */
  readonly topP: number
  /** Draws among so many most likely tokens; 0 or absent is off. As for `topP`: not for training. */
  readonly topK?: number
}

export interface SampledCompletion {
  /** With the end-of-text token last when `stopReason` is `stop`. */
  readonly tokens: readonly number[]
  /** One per token, natural log. */
  readonly logprobs: readonly number[]
  readonly stopReason: 'stop' | 'length'
  /** Of a constrained completion: tokens that the grammar left no choice about. */
  readonly decidedTokens?: number
}

export interface TokenSequence {
  readonly prompt: readonly number[]
  readonly completion: readonly number[]
  /** Scored among the tokens that it allows; where the completion leaves the grammar, among all from there on. */
  readonly constraint?: Constraint
}

/** One sequence to learn from. */
export interface TrainingDatum extends TokenSequence {
  /** log-probs under the policy that sampled it, one per completion token. */
  readonly oldLogprobs: readonly number[]
  /** log-probs as the sampler gave them, when the importance correction is on and they are not the old ones. */
  readonly samplerLogprobs?: readonly number[]
  /** log-probs under the frozen reference, when a KL term is on. */
  readonly referenceLogprobs?: readonly number[]
  /** Advantage of every token of the completion. For cross-entropy: the weight of every token. */
  readonly advantage: number
}

/** What is minimised: a policy loss of `core/`, or plain next-token prediction (mean over weighted tokens). */
export type TrainingLoss =
  | { readonly kind: 'policy'; readonly options: PolicyLossOptions }
  | { readonly kind: 'cross-entropy' }

export interface ForwardBackwardResult {
  readonly loss: number
  /** Fresh log-probs of every datum's completion, at the weights before this call, in the order of `data`. */
  readonly logprobs: readonly Float32Array[]
  /** Mean entropy in nats of the policy's next-token distribution over completion tokens. */
  readonly entropy: number
  /** The loss's own metrics by TRL's names (`clip_ratio/region_mean`, `kl`, ...). */
  readonly metrics: Readonly<Record<string, number>>
}

export interface AdamOptions {
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly weightDecay: number
  /** Global gradient norm above which gradients are scaled down; Infinity is off. */
  readonly maxGradNorm: number
}

export interface OptimStepResult {
  /** Global norm before clipping. */
  readonly gradNorm: number
  /** False when a gradient was not finite: weights and optimizer state are then as before, the gradients dropped. */
  readonly isApplied: boolean
}

export interface PolicySampler {
  /** Sampling never depends on the other requests of the call: each completion is a function of weights, prompt, key and options. */
  sample(
    requests: readonly SampleRequest[],
    options: SampleOptions,
    signal?: AbortSignal,
  ): Promise<SampledCompletion[][]>
  /** log-probs at temperature 1 of each completion token given what precedes it. */
  logprobs(sequences: readonly TokenSequence[], signal?: AbortSignal): Promise<Float32Array[]>
}

/** A frozen copy of the weights at one moment; `version` counts optimizer steps. Closed, it refuses; closing again is nothing. */
export interface PolicySnapshot extends PolicySampler {
  readonly version: number
  close(): Promise<void>
}

export interface PolicyEngine extends PolicySampler {
  readonly name: string
  /** False for a policy that samples and nothing else; absent is true. */
  readonly canLearn?: boolean
  readonly tokenizer: Tokenizer
  /** Longest prompt plus completion, in tokens. */
  readonly contextLength: number
  readonly parameterCount: number
  /** Adds the gradient of `loss` over `data` to the accumulated gradients; where it rejects, nothing of it. */
  forwardBackward(
    data: readonly TrainingDatum[],
    loss: TrainingLoss,
    signal?: AbortSignal,
  ): Promise<ForwardBackwardResult>
  /** Applies and clears the accumulated gradients. */
  optimStep(options: AdamOptions, signal?: AbortSignal): Promise<OptimStepResult>
  snapshot(): Promise<PolicySnapshot>
  /** Writes weights, optimizer state and architecture into `folder` (exists, empty). The caller makes it atomic. */
  save(folder: string): Promise<void>
  /** Restores what `save` wrote. A layout that does not fit is refused, naming the tensors. */
  load(folder: string): Promise<void>
  /** Calls under way and later ones reject. Closed again, it does nothing. */
  close(): Promise<void>
}
