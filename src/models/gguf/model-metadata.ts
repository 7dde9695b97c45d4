/** The metadata that describe a model's computation in GGUF: the reverse of `ggufConfig`. */
import type { ModelConfig } from '../model-config.ts'
import { modelFileError } from '../model-file-error.ts'
import { ropeFrequencies } from '../rope.ts'
import type { TypedValue } from './write-gguf.ts'

/** @throws BatonError for what the format, as llama.cpp reads it, cannot say. */
export function modelMetadata(config: ModelConfig): Record<string, TypedValue> {
  refuseUnsayable(config)
  const whole = (value: number): TypedValue => ({ type: 'uint32', value })
  const real = (value: number): TypedValue => ({ type: 'float32', value })
  const { rope, sliding } = config
  const isLinear = rope.scaling?.kind === 'linear'
  const keys: Record<string, TypedValue | null> = {
    block_count: whole(config.layers),
    context_length: whole(config.contextLength),
    embedding_length: whole(config.hiddenSize),
    feed_forward_length: whole(config.intermediateSize),
    'attention.head_count': whole(config.heads),
    'attention.head_count_kv': whole(config.keyValueHeads),
    'attention.key_length': whole(config.headSize),
    'attention.value_length': whole(config.headSize),
    'attention.layer_norm_rms_epsilon': real(config.normEpsilon),
    'rope.dimension_count': whole(config.headSize),
    'rope.freq_base': real(rope.theta),
    'rope.scaling.type': isLinear ? { type: 'string', value: 'linear' } : null,
    'rope.scaling.factor': isLinear ? real(rope.scaling.factor) : null,
    'attention.sliding_window': sliding === null ? null : whole(sliding.window),
    attn_logit_softcapping: config.attentionSoftcap === null ? null : real(config.attentionSoftcap),
    final_logit_softcapping: config.logitSoftcap === null ? null : real(config.logitSoftcap),
    vocab_size: whole(config.vocabularySize),
  }
  const present = Object.entries(keys).filter((entry): entry is [string, TypedValue] => entry[1] !== null)
  return {
    'general.architecture': { type: 'string', value: config.architecture },
    ...Object.fromEntries(present.map(([key, value]) => [`${config.architecture}.${key}`, value])),
  }
}

/** llama.cpp takes these from the architecture's name, not from the file. */
function refuseUnsayable({ sliding, layers, rope, headSize, hiddenSize, heads, attentionScale }: ModelConfig): void {
  const usual = (layers === 62 && sliding !== null ? hiddenSize / heads : headSize) ** -0.5
  const { scaling } = rope
  const isReleased =
    scaling?.kind !== 'llama3' ||
    (scaling.lowFrequencyFactor === 1 && scaling.highFrequencyFactor === 4 && scaling.originalContextLength === 8192)
  const lacks = [
    sliding?.layers.some((isSliding, i) => isSliding !== ((i + 1) % 6 !== 0)) === true &&
      'full attention in every sixth layer',
    sliding !== null && sliding.rope.theta !== 10_000 && 'rope_local_base_freq 10000',
    Math.abs(attentionScale / usual - 1) > 1e-6 && 'attention scaled by the root of the head size',
    !isReleased && 'the rotary scaling of the released Llama 3 models',
  ].filter((lack) => lack !== false)
  if (lacks.length === 0) return
  throw modelFileError(
    `this model cannot be written as GGUF, which means ${lacks.join(' and ')}`,
    'Export as safetensors.',
  )
}

/** Divisors of the rotary frequencies, shape [headSize / 2]; null where the model has no scaling of Llama 3. */
export function ropeDivisors({ rope, headSize }: ModelConfig): Float32Array | null {
  if (rope.scaling?.kind !== 'llama3') return null
  const scaled = ropeFrequencies(rope, headSize)
  return Float32Array.from(
    ropeFrequencies({ ...rope, scaling: null }, headSize),
    (plain, i) => plain / (scaled[i] as number),
  )
}
