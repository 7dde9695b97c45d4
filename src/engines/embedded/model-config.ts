/** The architecture of an embedded policy, and its form in `config.json`, which is Hugging Face's LlamaConfig. */
import { z } from 'zod'
import { BatonError } from '../../core/failure.ts'

export interface ModelConfig {
  /** Width D of the residual stream. */
  readonly hiddenSize: number
  /** Width of the feed-forward layer. */
  readonly intermediateSize: number
  readonly layers: number
  readonly heads: number
  /** Key and value heads; divides `heads`. */
  readonly keyValueHeads: number
  readonly vocabularySize: number
  /** Longest prompt plus completion, in tokens. */
  readonly contextLength: number
  readonly normEpsilon: number
  readonly ropeTheta: number
  /** Whether the output head is the embedding itself; default true. */
  readonly tiesEmbeddings?: boolean
  readonly endOfTextId: number
  readonly padId: number
}

const size = z.int().positive()
const tokenId = z.union([z.int().min(0), z.array(z.int().min(0)).min(1)]).nullish()

const llamaConfigSchema = z.object({
  model_type: z.literal('llama'),
  vocab_size: size,
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  num_key_value_heads: size.optional(),
  max_position_embeddings: size,
  rms_norm_eps: z.number().positive().default(1e-6),
  rope_theta: z.number().positive().default(10000),
  tie_word_embeddings: z.boolean().default(false),
  hidden_act: z.literal('silu').default('silu'),
  attention_bias: z.literal(false).default(false),
  mlp_bias: z.literal(false).default(false),
  rope_scaling: z.null().optional(),
  head_dim: size.optional(),
  eos_token_id: tokenId,
  pad_token_id: tokenId,
})

/** Length of one attention head's vectors. */
export function headSizeOf(config: ModelConfig): number {
  return config.hiddenSize / config.heads
}

/** @throws BatonError where the sizes do not fit each other. @param where names the place in the error. */
export function checkModelConfig(config: ModelConfig, where: string): ModelConfig {
  const { hiddenSize, heads, keyValueHeads, vocabularySize, endOfTextId, padId } = config
  const headSize = headSizeOf(config)
  if (!Number.isInteger(headSize) || headSize % 2 !== 0) {
    throw modelConfigError(`${where}: hidden_size ${hiddenSize} over ${heads} heads is not an even head size`)
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

/** Reads the text of a `config.json`. @param where names the file in errors. */
export function parseModelConfig(text: string, where: string): ModelConfig {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw modelConfigError(`${where} is not JSON`, cause)
  }
  const parsed = llamaConfigSchema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw modelConfigError(`${where}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a model configuration'}`)
  }
  const raw = parsed.data
  const heads = raw.num_attention_heads
  if (raw.head_dim !== undefined && raw.head_dim * heads !== raw.hidden_size) {
    throw modelConfigError(`${where}: head_dim ${raw.head_dim} is not hidden_size / num_attention_heads`)
  }
  const endOfTextId = firstId(raw.eos_token_id)
  if (endOfTextId === null) throw modelConfigError(`${where} has no eos_token_id`)
  const config = {
    hiddenSize: raw.hidden_size,
    intermediateSize: raw.intermediate_size,
    layers: raw.num_hidden_layers,
    heads,
    keyValueHeads: raw.num_key_value_heads ?? heads,
    vocabularySize: raw.vocab_size,
    contextLength: raw.max_position_embeddings,
    normEpsilon: raw.rms_norm_eps,
    ropeTheta: raw.rope_theta,
    tiesEmbeddings: raw.tie_word_embeddings,
    endOfTextId,
    padId: firstId(raw.pad_token_id) ?? endOfTextId,
  }
  return checkModelConfig(config, where)
}

const firstId = (id: number | readonly number[] | null | undefined): number | null =>
  typeof id === 'object' && id !== null ? (id[0] ?? null) : (id ?? null)

/** The text of `config.json`. */
export function formatModelConfig(config: ModelConfig): string {
  const raw = {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    vocab_size: config.vocabularySize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.keyValueHeads,
    head_dim: headSizeOf(config),
    max_position_embeddings: config.contextLength,
    rms_norm_eps: config.normEpsilon,
    rope_theta: config.ropeTheta,
    tie_word_embeddings: config.tiesEmbeddings ?? true,
    hidden_act: 'silu',
    attention_bias: false,
    mlp_bias: false,
    bos_token_id: null,
    eos_token_id: config.endOfTextId,
    pad_token_id: config.padId,
    torch_dtype: 'float32',
  }
  return `${JSON.stringify(raw, null, 2)}\n`
}

export function modelConfigError(message: string, cause?: unknown): BatonError {
  return new BatonError(message, {
    boundary: 'engine',
    code: 'model-config',
    hint: 'Point policy.model at a folder with config.json (model_type "llama"), tokenizer.json and model.safetensors.',
    cause,
  })
}
