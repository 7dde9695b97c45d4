/** `config.json` of a model, with the keys that Hugging Face's classes read. */
import type { ModelConfig } from './model-config.ts'
import type { Rope, RopeScaling } from './rope.ts'

const classes = {
  llama: { name: 'LlamaForCausalLM', modelType: 'llama' },
  qwen2: { name: 'Qwen2ForCausalLM', modelType: 'qwen2' },
  qwen3: { name: 'Qwen3ForCausalLM', modelType: 'qwen3' },
  gemma3: { name: 'Gemma3ForCausalLM', modelType: 'gemma3_text' },
} as const

/** The text of `config.json`. @param storedType of the tensors in the file. */
export function formatModelConfig(config: ModelConfig, storedType = 'float32'): string {
  const { name, modelType } = classes[config.architecture]
  const raw = {
    architectures: [name],
    model_type: modelType,
    vocab_size: config.vocabularySize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.keyValueHeads,
    head_dim: config.headSize,
    max_position_embeddings: config.contextLength,
    rms_norm_eps: config.normEpsilon,
    rope_theta: config.rope.theta,
    ...scalingKeys(config.rope),
    tie_word_embeddings: config.tiesEmbeddings,
    ...(config.architecture === 'gemma3' ? gemmaKeys(config) : llamaKeys(config)),
    bos_token_id: null,
    eos_token_id: config.endOfTextId,
    pad_token_id: config.padId,
    torch_dtype: storedType,
  }
  return `${JSON.stringify(raw, null, 2)}\n`
}

function llamaKeys({ architecture }: ModelConfig): Record<string, unknown> {
  if (architecture === 'qwen2') return { hidden_act: 'silu', use_sliding_window: false }
  const bias = { hidden_act: 'silu', attention_bias: false }
  return architecture === 'llama' ? { ...bias, mlp_bias: false } : { ...bias, use_sliding_window: false }
}

function gemmaKeys(config: ModelConfig): Record<string, unknown> {
  const sliding = config.sliding
  return {
    hidden_activation: 'gelu_pytorch_tanh',
    attention_bias: false,
    query_pre_attn_scalar: rounded(config.attentionScale ** -2),
    attn_logit_softcapping: config.attentionSoftcap,
    final_logit_softcapping: config.logitSoftcap,
    rope_local_base_freq: sliding?.rope.theta,
    sliding_window: sliding?.window,
    layer_types: sliding?.layers.map((isSliding) => (isSliding ? 'sliding_attention' : 'full_attention')),
  }
}

/** Undoes the error of a square and its root. */
const rounded = (value: number): number => Number(value.toPrecision(12))

function scalingKeys({ scaling }: Rope): { rope_scaling?: Record<string, unknown> } {
  return scaling === null ? {} : { rope_scaling: rawScaling(scaling) }
}

function rawScaling(scaling: RopeScaling): Record<string, unknown> {
  if (scaling.kind === 'linear') return { rope_type: 'linear', factor: scaling.factor }
  return {
    rope_type: 'llama3',
    factor: scaling.factor,
    low_freq_factor: scaling.lowFrequencyFactor,
    high_freq_factor: scaling.highFrequencyFactor,
    original_max_position_embeddings: scaling.originalContextLength,
  }
}
