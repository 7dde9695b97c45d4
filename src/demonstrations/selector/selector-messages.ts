/** What the main thread and the selector's worker say to each other. */
import type { Json } from '../../core/json.ts'
import type { AdamwSettings } from '../../tensor/index.ts'
import type { BatchBounds, ScoredGroup, SelectorFeatures } from './batch.ts'
import type { LossKind } from './graphs.ts'

export interface SelectorWorkerArgument {
  /** A `SelectorArchitecture`. */
  readonly architecture: Json
  readonly parameters: readonly Float32Array[]
  readonly features: SelectorFeatures
}

export interface ScoreCall {
  readonly groups: readonly ScoredGroup[]
  readonly bounds: BatchBounds
  /** Score with the reference instead of the current parameters. */
  readonly isReference: boolean
}

export interface ScoreAnswer {
  /** Unmasked scores [B, N, S, C] or, for a static selector, [B, C]. */
  readonly scores: Float32Array
  readonly columns: number
  /** By group and sequence. */
  readonly logprobs: readonly (readonly number[])[]
}

/** The clipped surrogate's own inputs, by group and sequence. */
export interface ClippedInputs {
  readonly advantages: readonly (readonly number[])[]
  readonly oldLogprobs: readonly (readonly number[])[]
  readonly klCoefficient: number
  readonly clipLow: number
  readonly clipHigh: number
}

export interface LearnCall {
  readonly groups: readonly ScoredGroup[]
  readonly bounds: BatchBounds
  readonly loss: LossKind
  /** What each sequence counts in the loss, by group. */
  readonly weights: readonly (readonly number[])[]
  readonly clipped: ClippedInputs | null
  /** Prefixes of names of parameters that stay as they are. */
  readonly frozen: readonly string[]
  readonly adam: AdamwSettings
  readonly maxGradNorm: number
}

export interface LearnAnswer {
  readonly loss: number
  /** Before clipping. */
  readonly gradNorm: number
  /** By group and sequence, before the step. */
  readonly logprobs: readonly (readonly number[])[]
  /** Exact KL to the reference; zeros without one. */
  readonly kl: readonly (readonly number[])[]
}

export interface GradientAnswer extends LearnAnswer {
  readonly gradients: readonly Float32Array[]
}

/** Parameters and, once training began, the optimizer's moments, in the order of the parameters. */
export interface SelectorState {
  readonly parameters: readonly Float32Array[]
  readonly first: readonly Float32Array[] | null
  readonly second: readonly Float32Array[] | null
  readonly reference: readonly Float32Array[] | null
}
