/** The tensors of a model: what each does, its name as Hugging Face has it, its shape. */
import type { ModelConfig } from './model-config.ts'

export interface ExpectedTensor {
  readonly name: string
  /** Matrices are [out, in]. */
  readonly shape: readonly number[]
}

/** The tensors of one decoder layer by their part; those that the architecture does not have are absent. */
export interface LayerTensors<T> {
  readonly attentionNorm: T
  readonly q: T
  readonly k: T
  readonly v: T
  readonly qBias?: T
  readonly kBias?: T
  readonly vBias?: T
  /** Gains over one head's vectors, shape [headSize]. */
  readonly qNorm?: T
  readonly kNorm?: T
  readonly o: T
  /** After attention, before the residual is added. */
  readonly attentionPostNorm?: T
  readonly mlpNorm: T
  readonly gate: T
  readonly up: T
  readonly down: T
  readonly mlpPostNorm?: T
}

export interface ModelTensors<T> {
  /** [V, D] */
  readonly embedding: T
  readonly layers: readonly LayerTensors<T>[]
  readonly finalNorm: T
  /** [V, D]; absent where it is the embedding. */
  readonly head?: T
}

export function modelTensors(config: ModelConfig): ModelTensors<ExpectedTensor> {
  const table = [config.vocabularySize, config.hiddenSize]
  return {
    embedding: { name: 'model.embed_tokens.weight', shape: table },
    layers: Array.from({ length: config.layers }, (_, i) => layerTensors(config, `model.layers.${i}.`)),
    finalNorm: { name: 'model.norm.weight', shape: [config.hiddenSize] },
    ...(config.tiesEmbeddings ? {} : { head: { name: 'lm_head.weight', shape: table } }),
  }
}

function layerTensors(config: ModelConfig, prefix: string): LayerTensors<ExpectedTensor> {
  const { hiddenSize: width, intermediateSize: hidden, headSize } = config
  const queryWidth = config.heads * headSize
  const keyWidth = config.keyValueHeads * headSize
  const tensor = (name: string, ...shape: number[]): ExpectedTensor => ({ name: prefix + name, shape })
  // Gemma has four norms; its second name means another place than Llama's.
  const mlpNorm = config.hasPostNorms ? 'pre_feedforward_layernorm' : 'post_attention_layernorm'
  return {
    attentionNorm: tensor('input_layernorm.weight', width),
    q: tensor('self_attn.q_proj.weight', queryWidth, width),
    k: tensor('self_attn.k_proj.weight', keyWidth, width),
    v: tensor('self_attn.v_proj.weight', keyWidth, width),
    ...(config.hasQueryKeyValueBias
      ? {
          qBias: tensor('self_attn.q_proj.bias', queryWidth),
          kBias: tensor('self_attn.k_proj.bias', keyWidth),
          vBias: tensor('self_attn.v_proj.bias', keyWidth),
        }
      : {}),
    ...(config.hasQueryKeyNorm
      ? { qNorm: tensor('self_attn.q_norm.weight', headSize), kNorm: tensor('self_attn.k_norm.weight', headSize) }
      : {}),
    o: tensor('self_attn.o_proj.weight', width, queryWidth),
    ...(config.hasPostNorms ? { attentionPostNorm: tensor('post_attention_layernorm.weight', width) } : {}),
    mlpNorm: tensor(`${mlpNorm}.weight`, width),
    gate: tensor('mlp.gate_proj.weight', hidden, width),
    up: tensor('mlp.up_proj.weight', hidden, width),
    down: tensor('mlp.down_proj.weight', width, hidden),
    ...(config.hasPostNorms ? { mlpPostNorm: tensor('post_feedforward_layernorm.weight', width) } : {}),
  }
}

/** All tensors in their fixed order. */
export function expectedTensors(config: ModelConfig): ExpectedTensor[] {
  const { embedding, layers, finalNorm, head } = modelTensors(config)
  return [
    embedding,
    ...layers.flatMap((layer) => Object.values(layer) as ExpectedTensor[]),
    finalNorm,
    ...(head === undefined ? [] : [head]),
  ]
}
