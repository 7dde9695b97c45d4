/**
 * How tensors of an architecture are called in GGUF, and how llama.cpp's converter changes their numbers: rows of q and k
 * are interleaved for Llama's rotation in pairs; Gemma's norms are stored with the 1 added.
 */
import { type ExpectedTensor, type LayerTensors, modelTensors } from '../expected-tensors.ts'
import type { ModelConfig } from '../model-config.ts'

export type NumberChange =
  | { readonly kind: 'none' }
  | { readonly kind: 'one-added' }
  | { readonly kind: 'paired-rows'; readonly heads: number }

export interface GgufPlace {
  readonly tensor: ExpectedTensor
  /** `blk.0.attn_q.weight` */
  readonly ggufName: string
  readonly change: NumberChange
}

const layerNames: Readonly<Record<keyof LayerTensors<unknown>, string>> = {
  attentionNorm: 'attn_norm.weight',
  q: 'attn_q.weight',
  k: 'attn_k.weight',
  v: 'attn_v.weight',
  qBias: 'attn_q.bias',
  kBias: 'attn_k.bias',
  vBias: 'attn_v.bias',
  qNorm: 'attn_q_norm.weight',
  kNorm: 'attn_k_norm.weight',
  o: 'attn_output.weight',
  attentionPostNorm: 'post_attention_norm.weight',
  mlpNorm: 'ffn_norm.weight',
  gate: 'ffn_gate.weight',
  up: 'ffn_up.weight',
  down: 'ffn_down.weight',
  mlpPostNorm: 'post_ffw_norm.weight',
}

/** The tensors of a model with their names in GGUF, in the model's order. */
export function ggufTensors(config: ModelConfig): GgufPlace[] {
  const { embedding, layers, finalNorm, head } = modelTensors(config)
  const outer = (tensor: ExpectedTensor, ggufName: string): GgufPlace => {
    return { tensor, ggufName, change: changeOf(config, tensor) }
  }
  return [
    outer(embedding, 'token_embd.weight'),
    ...layers.flatMap((layer, i) =>
      Object.entries(layer).map(([part, tensor]) =>
        outer(tensor as ExpectedTensor, `blk.${i}.${layerNames[part as keyof typeof layerNames]}`),
      ),
    ),
    outer(finalNorm, 'output_norm.weight'),
    ...(head === undefined ? [] : [outer(head, 'output.weight')]),
  ]
}

function changeOf(config: ModelConfig, { name }: ExpectedTensor): NumberChange {
  if (config.normGain === '1 + weight' && /norm\.weight$/.test(name)) return { kind: 'one-added' }
  if (config.architecture !== 'llama') return { kind: 'none' }
  if (name.includes('.q_proj.')) return { kind: 'paired-rows', heads: config.heads }
  if (name.includes('.k_proj.')) return { kind: 'paired-rows', heads: config.keyValueHeads }
  return { kind: 'none' }
}

/** From Hugging Face's numbers to GGUF's. */
export function toGguf(values: Float32Array, change: NumberChange, shape: readonly number[]): Float32Array {
  if (change.kind === 'none') return values
  if (change.kind === 'one-added') return values.map((value) => value + 1)
  return movedRows(values, { heads: change.heads, rows: shape[0] as number, isToPairs: true })
}

/** From GGUF's numbers to Hugging Face's. */
export function fromGguf(values: Float32Array, change: NumberChange, shape: readonly number[]): Float32Array {
  if (change.kind === 'none') return values
  if (change.kind === 'one-added') return values.map((value) => value - 1)
  return movedRows(values, { heads: change.heads, rows: shape[0] as number, isToPairs: false })
}

/** Row i of each head's first half and row i of its second half become neighbours, or the other way round. */
function movedRows(
  values: Float32Array,
  { heads, rows, isToPairs }: { readonly heads: number; readonly rows: number; readonly isToPairs: boolean },
): Float32Array {
  const width = values.length / rows
  const half = rows / heads / 2
  const moved = new Float32Array(values.length)
  for (let row = 0; row < rows; row++) {
    const head = Math.floor(row / (2 * half))
    const within = row - head * 2 * half
    const paired = head * 2 * half + 2 * (within % half) + Math.floor(within / half)
    const [from, to] = isToPairs ? [row, paired] : [paired, row]
    moved.set(values.subarray(from * width, (from + 1) * width), to * width)
  }
  return moved
}
