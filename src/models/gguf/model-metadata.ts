/** The metadata that describe a model's computation in GGUF: the reverse of `ggufConfig`. */
import type { ModelConfig } from '../model-config.ts'
import { ropeFrequencies } from '../rope.ts'
import type { TypedValue } from './write-gguf.ts'

export function modelMetadata(config: ModelConfig): Record<string, TypedValue> {
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

/** Divisors of the rotary frequencies, shape [headSize / 2]; null where the model has no scaling of Llama 3. */
export function ropeDivisors({ rope, headSize }: ModelConfig): Float32Array | null {
  if (rope.scaling?.kind !== 'llama3') return null
  const scaled = ropeFrequencies(rope, headSize)
  return Float32Array.from(
    ropeFrequencies({ ...rope, scaling: null }, headSize),
    (plain, i) => plain / (scaled[i] as number),
  )
}
