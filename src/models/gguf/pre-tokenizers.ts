/** How byte-pair tokenizers split text before merging, by llama.cpp's name (`tokenizer.ggml.pre`). */

const gpt2Words = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true }

const bytesAlone = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false }

/** The pattern of OpenAI's cl100k, with `digits` instead of its digit groups. */
function splitting(digits: string): Record<string, unknown> {
  const pattern = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`
  return {
    type: 'Sequence',
    pretokenizers: [{ type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false }, bytesAlone],
  }
}

export interface PreTokenizer {
  /** llama.cpp's name, the one that is written first. */
  readonly names: readonly string[]
  readonly preTokenizer: Readonly<Record<string, unknown>>
  readonly normalizer: Readonly<Record<string, unknown>> | null
  /** A word that is a token is taken as it is, without merging. */
  readonly ignoresMerges: boolean
}

export const preTokenizers: readonly PreTokenizer[] = [
  { names: ['gpt-2'], preTokenizer: gpt2Words, normalizer: null, ignoresMerges: false },
  {
    names: ['smollm'],
    preTokenizer: { type: 'Sequence', pretokenizers: [{ type: 'Digits', individual_digits: true }, gpt2Words] },
    normalizer: null,
    ignoresMerges: false,
  },
  {
    names: ['llama-bpe', 'llama3', 'llama-v3'],
    preTokenizer: splitting('\\p{N}{1,3}'),
    normalizer: null,
    ignoresMerges: true,
  },
  {
    names: ['qwen2', 'deepseek-r1-qwen'],
    preTokenizer: splitting('\\p{N}'),
    normalizer: { type: 'NFC' },
    ignoresMerges: false,
  },
]
