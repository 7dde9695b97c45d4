/**
 * What a decoder-only language model computes: one typed description for Llama, Qwen2, Qwen3 and Gemma 3. Graphs read the
 * features (`queryKeyNorm`, `activation`, ...), not the architecture's name, which is for files and messages.
 * One layer: x += postNorm(attention(norm(x))); x += postNorm(feedForward(norm(x))), post norms where `hasPostNorms`.
 */
import { BatonError } from '../core/failure.ts'
import type { Rope } from './rope.ts'

export const architectures = ['llama', 'qwen2', 'qwen3', 'gemma3'] as const
export type Architecture = (typeof architectures)[number]

/** Layers that see only the last `window` tokens, their own included. */
export interface SlidingAttention {
  readonly window: number
  /** Their own rotary base. */
  readonly rope: Rope
  /** Shape [layers]: which ones. */
  readonly layers: readonly boolean[]
}

export interface ModelConfig {
  readonly architecture: Architecture
  /** Width D of the residual stream. */
  readonly hiddenSize: number
  /** Width of the feed-forward layer. */
  readonly intermediateSize: number
  readonly layers: number
  readonly heads: number
  /** Key and value heads; divides `heads`. */
  readonly keyValueHeads: number
  /** Length of one head's vectors; `heads * headSize` need not be `hiddenSize`. */
  readonly headSize: number
  readonly vocabularySize: number
  /** Longest prompt plus completion, in tokens. */
  readonly contextLength: number
  readonly normEpsilon: number
  /** `1 + weight`: the stored numbers are differences from 1 (Gemma). */
  readonly normGain: 'weight' | '1 + weight'
  /** Norms after attention and after the feed-forward layer, before the residual is added (Gemma). */
  readonly hasPostNorms: boolean
  /** Biases of the q, k and v projections (Qwen2). */
  readonly hasQueryKeyValueBias: boolean
  /** RMSNorm of each head of q and k before the rotation (Qwen3, Gemma). */
  readonly hasQueryKeyNorm: boolean
  readonly activation: 'silu' | 'gelu-tanh'
  readonly rope: Rope
  readonly sliding: SlidingAttention | null
  /** q . k is multiplied by this before the softmax. */
  readonly attentionScale: number
  /** Embeddings are multiplied by this. */
  readonly embeddingScale: number
  /** Scores s become cap * tanh(s / cap), before the mask. */
  readonly attentionSoftcap: number | null
  readonly logitSoftcap: number | null
  /** Whether the output head is the embedding itself. */
  readonly tiesEmbeddings: boolean
  readonly endOfTextId: number
  readonly padId: number
}

/** The sizes of a plain Llama; the rest follows. */
export interface LlamaSizes {
  readonly hiddenSize: number
  readonly intermediateSize: number
  readonly layers: number
  readonly heads: number
  readonly keyValueHeads: number
  readonly vocabularySize: number
  readonly contextLength: number
  readonly normEpsilon: number
  readonly ropeTheta: number
  /** Default true. */
  readonly tiesEmbeddings?: boolean
  readonly endOfTextId: number
  readonly padId: number
}

export function llamaConfig({ ropeTheta, tiesEmbeddings = true, ...sizes }: LlamaSizes): ModelConfig {
  const headSize = sizes.hiddenSize / sizes.heads
  return {
    architecture: 'llama',
    ...sizes,
    headSize,
    normGain: 'weight',
    hasPostNorms: false,
    hasQueryKeyValueBias: false,
    hasQueryKeyNorm: false,
    activation: 'silu',
    rope: { theta: ropeTheta, scaling: null },
    sliding: null,
    attentionScale: 1 / Math.sqrt(headSize),
    embeddingScale: 1,
    attentionSoftcap: null,
    logitSoftcap: null,
    tiesEmbeddings,
  }
}

/** How one layer attends. @returns `window` null: to everything before. */
export function layerAttention({ rope, sliding }: ModelConfig, layer: number): { rope: Rope; window: number | null } {
  if (sliding?.layers[layer] === true) return { rope: sliding.rope, window: sliding.window }
  return { rope, window: null }
}

/** @throws BatonError where the sizes do not fit each other. @param where names the place in the error. */
export function checkModelConfig(config: ModelConfig, where: string): ModelConfig {
  const { headSize, heads, keyValueHeads, vocabularySize, endOfTextId, padId } = config
  if (!Number.isInteger(headSize) || headSize % 2 !== 0) {
    throw modelConfigError(
      `${where}: ${headSize} (hidden_size / num_attention_heads or head_dim) is not an even head size`,
    )
  }
  if (heads % keyValueHeads !== 0) {
    throw modelConfigError(
      `${where}: num_key_value_heads ${keyValueHeads} does not divide num_attention_heads ${heads}`,
    )
  }
  for (const id of [endOfTextId, padId]) {
    if (id >= vocabularySize) throw modelConfigError(`${where}: token ${id} is not below vocab_size ${vocabularySize}`)
  }
  return config
}

export function modelConfigError(message: string, cause?: unknown): BatonError {
  return new BatonError(message, {
    boundary: 'engine',
    code: 'model-config',
    hint: `Use a folder with config.json (Llama, Qwen2, Qwen3 or Gemma 3), tokenizer.json and model.safetensors.`,
    cause,
  })
}
