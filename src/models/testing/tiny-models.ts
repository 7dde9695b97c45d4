/** Tiny random models of every architecture, as folders in Hugging Face's form. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Cleanup } from '../../testing/contract.ts'
import { expectedTensors } from '../expected-tensors.ts'
import type { Architecture, ModelConfig } from '../model-config.ts'
import { parseModelConfig } from '../parse-model-config.ts'
import { countOf } from '../tensor-source.ts'
import { writeSafetensors } from '../write-safetensors.ts'

const sizes = {
  vocab_size: 272,
  hidden_size: 32,
  intermediate_size: 64,
  num_hidden_layers: 3,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  max_position_embeddings: 128,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  eos_token_id: 1,
  pad_token_id: 0,
}

export const tinyRaw = {
  llama: {
    ...sizes,
    model_type: 'llama',
    rope_theta: 500000,
    tie_word_embeddings: false,
    rope_scaling: {
      rope_type: 'llama3',
      factor: 8,
      low_freq_factor: 1,
      high_freq_factor: 4,
      original_max_position_embeddings: 8192,
    },
  },
  qwen2: { ...sizes, model_type: 'qwen2', tie_word_embeddings: true },
  qwen3: { ...sizes, model_type: 'qwen3', head_dim: 16, tie_word_embeddings: true },
  gemma3: {
    ...sizes,
    model_type: 'gemma3_text',
    head_dim: 16,
    query_pre_attn_scalar: 16,
    rope_theta: 1000000,
    rope_local_base_freq: 10000,
    num_hidden_layers: 7,
    sliding_window: 8,
    sliding_window_pattern: 6,
  },
} as const satisfies Readonly<Record<Architecture, Readonly<Record<string, unknown>>>>

export const tinyModelConfig = (architecture: Architecture): ModelConfig =>
  parseModelConfig(JSON.stringify(tinyRaw[architecture]), architecture)

/** GPT-2's letters for bytes. */
function byteLetters(): string[] {
  const printable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255)
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++))
}

/** Two special tokens, all bytes, and a few merges. */
export function tinyTokenizer(): Record<string, unknown> {
  const merges = ['h e', 'l l', 'he ll', 'hell o', 'Ġ w', 'Ġw o', '1 2']
  const tokens = ['<pad>', '<eos>', ...byteLetters(), ...merges.map((merge) => merge.replace(' ', ''))]
  const special = (id: number): Record<string, unknown> => {
    return {
      id,
      content: tokens[id],
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    }
  }
  const bytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true }
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [special(0), special(1)],
    normalizer: null,
    pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'Digits', individual_digits: true }, bytes] },
    post_processor: null,
    decoder: { ...bytes, add_prefix_space: true },
    model: { type: 'BPE', unk_token: null, vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges },
  }
}

export function modelScratch(t: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-models-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Values of a tensor: a hash of name and index, the same as in make-logprob-golden.py. */
export function hashedValues(name: string, count: number): Float32Array {
  const start = crc32(name)
  const moved = name.endsWith('norm.weight') ? 0.5 : 0
  return Float32Array.from({ length: count }, (_, i) => {
    let h = (i + start) >>> 0
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
    h = (h ^ (h >>> 16)) >>> 0
    return (h / 2 ** 32 - 0.5) * 0.5 + moved
  })
}

/** A folder with the model; gone with the test. */
export async function tinyFolder(t: Cleanup, architecture: Architecture): Promise<string> {
  const folder = join(modelScratch(t), `tiny-${architecture}`)
  mkdirSync(folder)
  const tensors = expectedTensors(tinyModelConfig(architecture)).map(({ name, shape }) => ({
    name,
    shape,
    storedType: 'F32' as const,
    read: async () => hashedValues(name, countOf(shape)),
  }))
  await writeSafetensors(join(folder, 'model.safetensors'), tensors)
  writeFileSync(join(folder, 'config.json'), JSON.stringify(tinyRaw[architecture]))
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tinyTokenizer()))
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify({ eos_token: '<eos>', chat_template: '{{ x }}' }))
  return folder
}
