/** `tokenizer.json` and `tokenizer_config.json` rebuilt from the metadata of a GGUF file. */
import { modelFileError } from '../model-file-error.ts'
import { tokenId } from './gguf-config.ts'
import type { GgufValue } from './gguf-types.ts'
import { preTokenizers } from './pre-tokenizers.ts'
import type { GgufHeader } from './read-header.ts'
import { sentencePieceTokenizer } from './sentence-piece.ts'
import { vocabularyOf } from './vocabulary.ts'

export interface TokenizerFiles {
  /** Content of `tokenizer.json`. */
  readonly tokenizer: Readonly<Record<string, unknown>>
  /** Content of `tokenizer_config.json`. */
  readonly config: Readonly<Record<string, unknown>>
}

/** llama.cpp's kinds of tokens. */
const tokenKind = { control: 3, userDefined: 4 } as const

export function ggufTokenizer(header: GgufHeader, where: string): TokenizerFiles {
  const { metadata } = header
  const tokens = strings(metadata.get('tokenizer.ggml.tokens'))
  if (tokens.length === 0)
    throw modelFileError(`${where} has no tokenizer`, 'Use a file with a tokenizer, or a folder.')
  const kinds = metadata.get('tokenizer.ggml.token_type')
  const added = tokens.flatMap((content, id) => {
    const kind = Array.isArray(kinds) ? kinds[id] : 1
    if (kind !== tokenKind.control && kind !== tokenKind.userDefined) return []
    const special = kind === tokenKind.control
    return [{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special }]
  })
  const model = metadata.get('tokenizer.ggml.model')
  const parts = { version: '1.0', truncation: null, padding: null, added_tokens: added }
  const tokenOf = (role: string): string | undefined => tokens[tokenId(header, role) ?? -1]
  const addsBos = metadata.get('tokenizer.ggml.add_bos_token') ?? model === 'llama'
  const bos = tokenOf('bos')
  const ends = {
    post_processor: addsBos === true && bos !== undefined ? startingWith(bos, tokenId(header, 'bos')) : null,
  }
  const template = metadata.get('tokenizer.chat_template')
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    ...named('bos_token', bos),
    ...named('eos_token', tokenOf('eos')),
    ...named('pad_token', tokenOf('padding') ?? tokenOf('eos')),
    ...named('unk_token', tokenOf('unknown')),
    ...named('chat_template', typeof template === 'string' ? template : undefined),
    clean_up_tokenization_spaces: false,
    model_max_length: metadata.get(`${metadata.get('general.architecture')}.context_length`),
  }
  if (model === 'gpt2') return { tokenizer: { ...parts, ...bytePairs(header, tokens, where), ...ends }, config }
  if (model === 'llama') {
    const scores = metadata.get('tokenizer.ggml.scores')
    const pieces = { tokens, scores: Array.isArray(scores) ? scores.map(Number) : [], unknown: tokenOf('unknown') }
    const hasPrefix = metadata.get('tokenizer.ggml.add_space_prefix') !== false
    return { tokenizer: { ...parts, ...sentencePieceTokenizer(pieces, hasPrefix), ...ends }, config }
  }
  throw modelFileError(
    `${where}: tokenizer.ggml.model is ${JSON.stringify(model)}; supported: "gpt2", "llama"`,
    "Import the model's folder from the hub, which has a tokenizer.json.",
  )
}

function bytePairs({ metadata }: GgufHeader, tokens: readonly string[], where: string): Record<string, unknown> {
  const pre = metadata.get('tokenizer.ggml.pre')
  const found = preTokenizers.find(({ names }) => names.includes(String(pre)))
  if (found === undefined) {
    const supported = preTokenizers.flatMap(({ names }) => names).join(', ')
    throw modelFileError(
      `${where}: tokenizer.ggml.pre is ${JSON.stringify(pre)}; supported: ${supported}`,
      "Import the model's folder from the hub, which has a tokenizer.json.",
    )
  }
  return {
    normalizer: found.normalizer,
    pre_tokenizer: found.preTokenizer,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: found.ignoresMerges,
      vocab: vocabularyOf(tokens),
      merges: strings(metadata.get('tokenizer.ggml.merges')),
    },
  }
}

const startingWith = (token: string, id: number | null): Record<string, unknown> => ({
  type: 'TemplateProcessing',
  single: [{ SpecialToken: { id: token, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
  pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
  special_tokens: { [token]: { id: token, ids: [id], tokens: [token] } },
})

const named = (key: string, value: string | undefined): Record<string, string> =>
  value === undefined ? {} : { [key]: value }

const strings = (value: GgufValue | undefined): string[] => (Array.isArray(value) ? value.map(String) : [])
