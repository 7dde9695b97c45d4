/** The metadata that describe a tokenizer in GGUF, from `tokenizer.json` and `tokenizer_config.json`. */
import { isObject } from '../json-values.ts'
import type { ModelConfig } from '../model-config.ts'
import { modelFileError } from '../model-file-error.ts'
import { preTokenizers } from './pre-tokenizers.ts'
import type { TypedValue } from './write-gguf.ts'

type Raw = Readonly<Record<string, unknown>>

const kinds = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const

/** @param files texts by name. @param where names the model in errors. */
export function tokenizerMetadata(
  files: Readonly<Record<string, string>>,
  config: ModelConfig,
  where: string,
): Record<string, TypedValue> {
  const raw = JSON.parse(files['tokenizer.json'] ?? '{}') as Raw
  const settings = JSON.parse(files['tokenizer_config.json'] ?? '{}') as Raw
  const model = raw['model']
  if (!isObject(model) || model['type'] !== 'BPE' || !isObject(model['vocab'])) {
    throw cannot(where, 'it is no byte-pair tokenizer')
  }
  const vocabulary = model['vocab'] as Readonly<Record<string, number>>
  const added = (Array.isArray(raw['added_tokens']) ? raw['added_tokens'] : []) as AddedToken[]
  const { tokens, types } = tokenTable(vocabulary, added, config.vocabularySize)
  const merges = (model['merges'] ?? []) as readonly (string | readonly [string, string])[]
  const pairs = merges.map((merge) => (typeof merge === 'string' ? splitMerge(merge) : merge))
  const isSentencePiece = model['byte_fallback'] === true
  const bos = idOf(settings['bos_token'], vocabulary, added)
  const unknown = typeof model['unk_token'] === 'string' ? vocabulary[model['unk_token']] : undefined
  if (unknown !== undefined) types[unknown] = kinds.unknown
  const template = files['chat_template.jinja'] ?? settings['chat_template']
  return {
    'tokenizer.ggml.model': { type: 'string', value: isSentencePiece ? 'llama' : 'gpt2' },
    ...(isSentencePiece
      ? sentencePiece(tokens, types, { pairs, raw })
      : {
          'tokenizer.ggml.pre': { type: 'string', value: preTokenizerName(raw, where) },
          'tokenizer.ggml.merges': { type: 'array', of: 'string', values: pairs.map(([a, b]) => `${a} ${b}`) },
        }),
    'tokenizer.ggml.tokens': { type: 'array', of: 'string', values: tokens },
    'tokenizer.ggml.token_type': { type: 'array', of: 'int32', values: types },
    ...id('bos', bos),
    ...id('eos', config.endOfTextId),
    ...id('padding', config.padId),
    ...id('unknown', unknown),
    'tokenizer.ggml.add_bos_token': { type: 'bool', value: beginsWithBos(raw['post_processor'], bos, tokens) },
    ...(typeof template === 'string' ? { 'tokenizer.chat_template': { type: 'string', value: template } } : {}),
  }
}

interface AddedToken {
  readonly id: number
  readonly content: string
  readonly special: boolean
}

function tokenTable(
  vocabulary: Readonly<Record<string, number>>,
  added: readonly AddedToken[],
  size: number,
): { tokens: string[]; types: number[] } {
  const tokens = Array.from({ length: size }, (_, i) => `[PAD${i}]`)
  const types: number[] = tokens.map(() => kinds.unused)
  for (const [token, place] of Object.entries(vocabulary)) {
    tokens[place] = token
    types[place] = kinds.normal
  }
  for (const { id: place, content, special } of added) {
    tokens[place] = content
    types[place] = special ? kinds.control : kinds.userDefined
  }
  return { tokens, types }
}

/** A score a piece that keeps the order of the merges: of the pairs in a text, the earliest merge wins. */
function sentencePiece(
  tokens: readonly string[],
  types: number[],
  { pairs, raw }: { readonly pairs: readonly (readonly [string, string])[]; readonly raw: Raw },
): Record<string, TypedValue> {
  const ranks = new Map<string, number>()
  pairs.forEach(([left, right], rank) => {
    if (!ranks.has(left + right)) ranks.set(left + right, rank)
  })
  tokens.forEach((token, i) => {
    if (/^<0x[0-9A-F]{2}>$/.test(token)) types[i] = kinds.byte
  })
  const hasPrefix = JSON.stringify(raw['normalizer'] ?? null).includes('"Prepend"')
  return {
    'tokenizer.ggml.scores': { type: 'array', of: 'float32', values: tokens.map((token) => -(ranks.get(token) ?? 0)) },
    'tokenizer.ggml.add_space_prefix': { type: 'bool', value: hasPrefix },
  }
}

function preTokenizerName(raw: Raw, where: string): string {
  const own = signature(raw['pre_tokenizer'])
  const found = preTokenizers.find(({ preTokenizer }) => signature(preTokenizer) === own)
  if (found === undefined) throw cannot(where, `llama.cpp has no name for its pre_tokenizer ${own.slice(0, 120)}`)
  return found.names[0] as string
}

/** What a pre-tokenizer does to a text, without keys that do not matter here. */
function signature(value: unknown): string {
  if (!isObject(value)) return ''
  if (value['type'] === 'Sequence') return (value['pretokenizers'] as unknown[]).map(signature).join(' ')
  if (value['type'] === 'ByteLevel') return value['use_regex'] === false ? 'bytes' : 'gpt-2 words'
  if (value['type'] === 'Split') return `split ${(value['pattern'] as Raw)['Regex']}`
  return JSON.stringify(value)
}

function splitMerge(merge: string): [string, string] {
  const at = merge.indexOf(' ', 1)
  return [merge.slice(0, at), merge.slice(at + 1)]
}

function idOf(token: unknown, vocabulary: Readonly<Record<string, number>>, added: readonly AddedToken[]) {
  const text = isObject(token) ? token['content'] : token
  if (typeof text !== 'string') return undefined
  return added.find(({ content }) => content === text)?.id ?? vocabulary[text]
}

/** Whether the tokenizer puts the token before every text. */
function beginsWithBos(processor: unknown, bos: number | undefined, tokens: readonly string[]): boolean {
  if (bos === undefined || !isObject(processor)) return false
  const steps = processor['type'] === 'Sequence' ? (processor['processors'] as Raw[]) : [processor]
  const template = steps.find((step) => step['type'] === 'TemplateProcessing')
  const [first] = (template?.['single'] ?? []) as Raw[]
  return (first?.['SpecialToken'] as Raw | undefined)?.['id'] === tokens[bos]
}

const id = (role: string, value: number | undefined): Record<string, TypedValue> =>
  value === undefined ? {} : { [`tokenizer.ggml.${role}_token_id`]: { type: 'uint32', value } }

function cannot(where: string, why: string): Error {
  return modelFileError(`the tokenizer of ${where} cannot be written as GGUF: ${why}`, 'Export as safetensors instead.')
}
