/** The model configuration that a GGUF file's metadata describe. What changes the computation and is unknown is refused. */
import { architectures, checkModelConfig, type ModelConfig, modelConfigError } from '../model-config.ts'
import type { Rope, RopeScaling } from '../rope.ts'
import type { GgufHeader } from './read-header.ts'

/** Keys below the architecture's name that are read elsewhere or change nothing. */
const known = new Set([
  'vocab_size',
  'tensor_data_layout',
  'pooling_type',
  'rope.scaling.finetuned',
  'rope.scaling.original_context_length',
])

interface Metadata {
  positive(key: string, fallback?: number): number
  raw(key: string): unknown
  refuse(key: string, supported: string): never
  finish(): void
}

/** @param ropeFactors of `rope_freqs.weight`, where the file has it. @param where names the file. */
export function ggufConfig(
  header: GgufHeader,
  { where, ropeFactors }: { readonly where: string; readonly ropeFactors: Float32Array | null },
): ModelConfig {
  const named = header.metadata.get('general.architecture')
  const architecture = architectures.find((name) => name === named)
  if (architecture === undefined) {
    throw modelConfigError(`${where} is a ${String(named)} model; supported: ${architectures.join(', ')}`)
  }
  const keys = metadataKeys(header, architecture, where)
  const shapes = new Map(header.tensors.map(({ name, shape }) => [name, shape]))
  const heads = keys.positive('attention.head_count')
  const hiddenSize = keys.positive('embedding_length')
  const headSize = keys.positive('attention.key_length', hiddenSize / heads)
  for (const key of ['attention.value_length', 'rope.dimension_count']) {
    if (keys.positive(key, headSize) !== headSize) keys.refuse(key, `${headSize}, the size of a head`)
  }
  if (keys.positive('expert_count', 0) !== 0) keys.refuse('expert_count', 'models without experts')
  keys.positive('expert_used_count', 0)
  if (![undefined, true].includes(keys.raw('attention.causal') as undefined)) keys.refuse('attention.causal', 'true')
  const isGemma = architecture === 'gemma3'
  const layers = keys.positive('block_count')
  const endOfTextId = tokenId(header, 'eos')
  if (endOfTextId === null) throw modelConfigError(`${where} has no tokenizer.ggml.eos_token_id`)
  const vocabularySize = shapes.get('token_embd.weight')?.[0]
  if (vocabularySize === undefined) throw modelConfigError(`${where} has no tensor token_embd.weight`)
  // Gemma 3 27B alone scales by hidden size over heads, which the format does not say.
  const isLargest = isGemma && layers === 62
  const config: ModelConfig = {
    architecture,
    hiddenSize,
    intermediateSize: keys.positive('feed_forward_length'),
    layers,
    heads,
    keyValueHeads: keys.positive('attention.head_count_kv', heads),
    headSize,
    vocabularySize,
    contextLength: keys.positive('context_length'),
    normEpsilon: keys.positive('attention.layer_norm_rms_epsilon'),
    normGain: isGemma ? '1 + weight' : 'weight',
    hasPostNorms: isGemma,
    hasQueryKeyValueBias: architecture === 'qwen2',
    hasQueryKeyNorm: isGemma || architecture === 'qwen3',
    activation: isGemma ? 'gelu-tanh' : 'silu',
    rope: {
      theta: keys.positive('rope.freq_base', isGemma ? 1_000_000 : 10_000),
      scaling: ropeFactors === null ? namedScaling(keys) : llama3Scaling(ropeFactors, where),
    },
    sliding: isGemma ? slidingOf(keys, layers) : null,
    attentionScale: (isLargest ? hiddenSize / heads : headSize) ** -0.5,
    embeddingScale: isGemma ? Math.sqrt(hiddenSize) : 1,
    attentionSoftcap: softcap(keys, 'attn_logit_softcapping'),
    logitSoftcap: softcap(keys, 'final_logit_softcapping'),
    tiesEmbeddings: !shapes.has('output.weight'),
    endOfTextId,
    padId: tokenId(header, 'padding') ?? endOfTextId,
  }
  keys.finish()
  return checkModelConfig(config, where)
}

/** Id of a special token by its role; null where the file names none. */
export function tokenId({ metadata }: GgufHeader, role: string): number | null {
  const id = metadata.get(`tokenizer.ggml.${role}_token_id`)
  return typeof id === 'number' && id >= 0 ? id : null
}

function metadataKeys({ metadata }: GgufHeader, architecture: string, where: string): Metadata {
  const prefix = `${architecture}.`
  const read = new Set<string>()
  const raw = (key: string): unknown => {
    read.add(key)
    return metadata.get(prefix + key)
  }
  const refuse = (key: string, supported: string): never => {
    const value = JSON.stringify(metadata.get(prefix + key), (_, inner) =>
      typeof inner === 'bigint' ? String(inner) : inner,
    )
    throw modelConfigError(`${where}: ${prefix}${key} is ${value?.slice(0, 100)}; supported: ${supported}`)
  }
  return {
    raw,
    refuse,
    positive(key, fallback) {
      const value = raw(key) ?? fallback
      if (value === undefined) throw modelConfigError(`${where} has no ${prefix}${key}`)
      const isFine = typeof value === 'number' && Number.isFinite(value) && (value > 0 || value === fallback)
      return isFine ? value : refuse(key, 'one number above 0')
    },
    finish() {
      for (const name of metadata.keys()) {
        const key = name.slice(prefix.length)
        if (name.startsWith(prefix) && !read.has(key) && !known.has(key)) refuse(key, 'files without this key')
      }
    },
  }
}

function softcap(keys: Metadata, key: string): number | null {
  return keys.raw(key) === undefined ? null : keys.positive(key)
}

function namedScaling(keys: Metadata): RopeScaling | null {
  const kind = keys.raw('rope.scaling.type') ?? 'none'
  const factor = keys.positive('rope.scaling.factor', 1)
  if (kind === 'none' || factor === 1) return null
  return kind === 'linear' ? { kind, factor } : keys.refuse('rope.scaling.type', '"none", "linear"')
}

/** Llama 3's scaling is stored as one divisor a frequency; its own numbers are those of the released models. */
function llama3Scaling(factors: Float32Array, where: string): RopeScaling {
  const factor = Math.max(...factors)
  if (factors[0] !== 1 || factor <= 1) {
    throw modelConfigError(`${where}: rope_freqs.weight is not the scaling of Llama 3`)
  }
  return {
    kind: 'llama3',
    factor: Math.round(factor * 1000) / 1000,
    lowFrequencyFactor: 1,
    highFrequencyFactor: 4,
    originalContextLength: 8192,
  }
}

function slidingOf(keys: Metadata, layers: number): ModelConfig['sliding'] {
  const window = keys.positive('attention.sliding_window')
  const rope: Rope = { theta: keys.positive('rope.freq_base_swa', 10_000), scaling: null }
  const pattern = keys.raw('attention.sliding_window_pattern') ?? 6
  if (Array.isArray(pattern) && pattern.length === layers) {
    return { window, rope, layers: pattern.map((isSliding) => isSliding === true) }
  }
  if (typeof pattern !== 'number')
    return keys.refuse('attention.sliding_window_pattern', 'a number or one flag a layer')
  return { window, rope, layers: Array.from({ length: layers }, (_, i) => (i + 1) % pattern !== 0) }
}
