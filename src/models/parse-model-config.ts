/**
 * `config.json` as Hugging Face's LlamaConfig, Qwen2Config, Qwen3Config and Gemma3TextConfig write it, up to transformers 5
 * (`rope_parameters`, `layer_types`, `dtype`). A key that changes the computation in a way that is not supported is refused
 * with its value.
 */
import { type ConfigKeys, configKeys } from './config-keys.ts'
import { isObject } from './json-values.ts'
import {
  type Architecture,
  checkModelConfig,
  type ModelConfig,
  modelConfigError,
  type SlidingAttention,
} from './model-config.ts'
import type { Rope, RopeScaling } from './rope.ts'

const modelTypes: Readonly<Record<string, Architecture>> = {
  llama: 'llama',
  qwen2: 'qwen2',
  qwen3: 'qwen3',
  gemma3_text: 'gemma3',
}

/** Reads the text of a `config.json`. @param where names the file in errors. */
export function parseModelConfig(text: string, where: string): ModelConfig {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw modelConfigError(`${where} is not JSON`, cause)
  }
  if (!isObject(value)) throw modelConfigError(`${where} is not a JSON object`)
  const keys = configKeys(value, where)
  const modelType = keys.raw('model_type')
  const architecture = typeof modelType === 'string' ? modelTypes[modelType] : undefined
  if (architecture === undefined || !Object.hasOwn(modelTypes, String(modelType))) {
    const remark = modelType === 'gemma3' ? ' (the text model alone)' : ''
    return keys.refuse('model_type', `${Object.keys(modelTypes).join(', ')}${remark}`)
  }
  const config = architecture === 'gemma3' ? readGemma(keys) : readLlamaLike(keys, architecture)
  keys.finish()
  return checkModelConfig(config, where)
}

function readLlamaLike(keys: ConfigKeys, architecture: Exclude<Architecture, 'gemma3'>): ModelConfig {
  keys.only('hidden_act', 'silu')
  keys.only('attention_bias', architecture === 'qwen2')
  keys.only('mlp_bias', false)
  keys.only('rope_interleaved', false)
  keys.only('use_mrope', false)
  const sizes = readSizes(keys, architecture === 'qwen3' ? 128 : null)
  const rope = readRope(keys, 10_000)
  readFullAttention(keys)
  return {
    architecture,
    ...sizes,
    normGain: 'weight',
    hasPostNorms: false,
    hasQueryKeyValueBias: architecture === 'qwen2',
    hasQueryKeyNorm: architecture === 'qwen3',
    activation: 'silu',
    rope,
    sliding: null,
    attentionScale: 1 / Math.sqrt(sizes.headSize),
    embeddingScale: 1,
    attentionSoftcap: null,
    logitSoftcap: null,
    tiesEmbeddings: keys.flag('tie_word_embeddings', false),
  }
}

function readGemma(keys: ConfigKeys): ModelConfig {
  keys.only('hidden_activation', 'gelu_pytorch_tanh')
  keys.only('hidden_act', 'gelu_pytorch_tanh')
  keys.only('attention_bias', false)
  keys.only('use_bidirectional_attention', false)
  const sizes = readSizes(keys, 256)
  const both = keys.object('rope_parameters')
  const globalKeys = both?.object('full_attention') ?? null
  const localKeys = both?.object('sliding_attention') ?? null
  if (both !== null && (globalKeys === null || localKeys === null)) {
    keys.refuse('rope_parameters', '{"full_attention": {...}, "sliding_attention": {...}}')
  }
  return {
    architecture: 'gemma3',
    ...sizes,
    normGain: '1 + weight',
    hasPostNorms: true,
    hasQueryKeyValueBias: false,
    hasQueryKeyNorm: true,
    activation: 'gelu-tanh',
    rope: {
      theta: agreed(keys, 'rope_theta', globalKeys) ?? 1_000_000,
      scaling: readScaling(globalKeys) ?? readScaling(keys.object('rope_scaling')),
    },
    sliding: readSliding(keys, sizes.layers, {
      theta: agreed(keys, 'rope_local_base_freq', localKeys) ?? 10_000,
      scaling: readScaling(localKeys),
    }),
    attentionScale: keys.positive('query_pre_attn_scalar', 256) ** -0.5,
    embeddingScale: Math.sqrt(sizes.hiddenSize),
    attentionSoftcap: keys.optionalPositive('attn_logit_softcapping'),
    logitSoftcap: keys.optionalPositive('final_logit_softcapping'),
    tiesEmbeddings: keys.flag('tie_word_embeddings', true),
  }
}

type Sizes = Pick<
  ModelConfig,
  | 'hiddenSize'
  | 'intermediateSize'
  | 'layers'
  | 'heads'
  | 'keyValueHeads'
  | 'headSize'
  | 'vocabularySize'
  | 'contextLength'
  | 'normEpsilon'
  | 'endOfTextId'
  | 'padId'
>

/** @param headSize where the file has none; null: hidden_size / num_attention_heads. */
function readSizes(keys: ConfigKeys, headSize: number | null): Sizes {
  const heads = keys.size('num_attention_heads')
  const hiddenSize = keys.size('hidden_size')
  const endOfTextId = keys.tokenId('eos_token_id')
  const padId = keys.tokenId('pad_token_id')
  if (endOfTextId === null) throw modelConfigError('config.json has no eos_token_id')
  keys.only('is_decoder', true, false)
  return {
    hiddenSize,
    intermediateSize: keys.size('intermediate_size'),
    layers: keys.size('num_hidden_layers'),
    heads,
    keyValueHeads: keys.size('num_key_value_heads', heads),
    headSize: keys.raw('head_dim') === undefined ? (headSize ?? hiddenSize / heads) : keys.size('head_dim'),
    vocabularySize: keys.size('vocab_size'),
    contextLength: keys.size('max_position_embeddings'),
    normEpsilon: keys.positive('rms_norm_eps', 1e-6),
    endOfTextId,
    padId: padId ?? endOfTextId,
  }
}

/** `rope_theta` and `rope_scaling`, or transformers 5's `rope_parameters`. */
function readRope(keys: ConfigKeys, defaultTheta: number): Rope {
  const parameters = keys.object('rope_parameters')
  const theta = agreed(keys, 'rope_theta', parameters) ?? defaultTheta
  const older = readScaling(keys.object('rope_scaling'))
  return { theta, scaling: readScaling(parameters) ?? older }
}

/** A rotary base under its own key and inside `rope_parameters`: one of them, or both alike. */
function agreed(keys: ConfigKeys, key: string, parameters: ConfigKeys | null): number | null {
  const outside = keys.optionalPositive(key)
  const inside = parameters?.optionalPositive('rope_theta') ?? null
  if (outside !== null && inside !== null && outside !== inside) {
    keys.refuse(key, `${inside}, as rope_parameters has it`)
  }
  return inside ?? outside
}

function readScaling(keys: ConfigKeys | null): RopeScaling | null {
  if (keys === null) return null
  keys.only('partial_rotary_factor', 1)
  const key = keys.raw('rope_type') === undefined ? 'type' : 'rope_type'
  const kind = keys.raw(key) ?? 'default'
  keys.raw('type')
  if (kind === 'default') return null
  if (kind === 'linear') return { kind, factor: keys.positive('factor') }
  if (kind !== 'llama3') return keys.refuse(key, '"default", "linear", "llama3"')
  return {
    kind,
    factor: keys.positive('factor'),
    lowFrequencyFactor: keys.positive('low_freq_factor'),
    highFrequencyFactor: keys.positive('high_freq_factor'),
    originalContextLength: keys.size('original_max_position_embeddings'),
  }
}

/** Llama and Qwen name a sliding window that they do not use unless `use_sliding_window` says so. */
function readFullAttention(keys: ConfigKeys): void {
  keys.only('use_sliding_window', false)
  keys.raw('sliding_window')
  const kinds = keys.raw('layer_types')
  if (kinds !== undefined && !(Array.isArray(kinds) && kinds.every((kind) => kind === 'full_attention'))) {
    keys.refuse('layer_types', '"full_attention" in every layer')
  }
}

/** `layer_types`, or every n-th layer full by `sliding_window_pattern` (default 6). */
function readSliding(keys: ConfigKeys, layers: number, rope: Rope): SlidingAttention {
  const window = keys.size('sliding_window', 4096)
  const pattern = keys.size('sliding_window_pattern', keys.size('_sliding_window_pattern', 6))
  const kinds = keys.raw('layer_types') ?? null
  if (kinds === null) {
    return { window, rope, layers: Array.from({ length: layers }, (_, i) => (i + 1) % pattern !== 0) }
  }
  const known = ['full_attention', 'sliding_attention']
  if (!Array.isArray(kinds) || kinds.length !== layers || !kinds.every((kind) => known.includes(String(kind)))) {
    return keys.refuse('layer_types', `${layers} of "full_attention", "sliding_attention"`)
  }
  return { window, rope, layers: kinds.map((kind) => kind === 'sliding_attention') }
}
