/**
 * Makes the shipped policy's tokenizer: byte-level BPE (Sennrich et al., arXiv:1508.07909) in Hugging Face's
 * `tokenizer.json` layout. Phrases that every program contains become added tokens, so a program takes 60 to 110
 * tokens; all other text falls back to BPE and, in the end, to bytes, so that any text survives a round trip.
 */

export interface TokenizerSpec {
  readonly special: { readonly pad: string; readonly endOfText: string }
  /** Fixed phrases, one token each; longer ones win. */
  readonly phrases: readonly string[]
  /** Texts whose frequent words earn tokens, with a weight each. */
  readonly corpus: readonly { readonly text: string; readonly weight: number }[]
  readonly vocabularySize: number
}

/** GPT-2's split of text into words; the ByteLevel pre-tokenizer uses the same. */
const wordPattern = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu

/** @returns the content of tokenizer.json; ids: special tokens, bytes, merges, phrases. */
export function makeTokenizer(spec: TokenizerSpec): Record<string, unknown> {
  const characterOfByte = byteAlphabet()
  const vocabulary = new Map<string, number>()
  const add = (token: string): void => {
    if (!vocabulary.has(token)) vocabulary.set(token, vocabulary.size)
  }
  add(spec.special.pad)
  add(spec.special.endOfText)
  for (const character of characterOfByte) add(character)
  const room = spec.vocabularySize - vocabulary.size - spec.phrases.length
  const words = countWords(spec, characterOfByte)
  const merges = learnMerges(words, room)
  for (const [left, right] of merges) add(left + right)
  const firstPhraseId = vocabulary.size
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [
      ...[spec.special.pad, spec.special.endOfText].map((content, id) => addedToken(id, content, true)),
      ...spec.phrases.map((content, i) => addedToken(firstPhraseId + i, content, false)),
    ],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocabulary),
      merges: merges.map(([left, right]) => [left, right]),
    },
  }
}

function addedToken(id: number, content: string, special: boolean): Record<string, unknown> {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special }
}

/** GPT-2's printable stand-ins for the 256 bytes. */
function byteAlphabet(): string[] {
  const isPrintable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255)
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPrintable(byte) ? byte : next++))
}

function countWords(spec: TokenizerSpec, characterOfByte: readonly string[]): Map<string, number> {
  const words = new Map<string, number>()
  const escaped = spec.phrases.map((phrase) => phrase.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const phrasePattern = new RegExp(escaped.sort((a, b) => b.length - a.length).join('|'), 'g')
  for (const { text, weight } of spec.corpus) {
    for (const piece of escaped.length === 0 ? [text] : text.split(phrasePattern)) {
      for (const [word] of piece.matchAll(wordPattern)) {
        const symbols = [...Buffer.from(word)].map((byte) => characterOfByte[byte]).join('')
        words.set(symbols, (words.get(symbols) ?? 0) + weight)
      }
    }
  }
  return words
}

function learnMerges(words: ReadonlyMap<string, number>, count: number): [string, string][] {
  const segmented = [...words].map(([word, weight]) => ({ symbols: [...word], weight }))
  const merges: [string, string][] = []
  while (merges.length < count) {
    const pairs = new Map<string, number>()
    for (const { symbols, weight } of segmented) {
      for (let i = 0; i + 1 < symbols.length; i++) {
        const pair = `${symbols[i]} ${symbols[i + 1]}`
        pairs.set(pair, (pairs.get(pair) ?? 0) + weight)
      }
    }
    const best = [...pairs].reduce<[string, number] | null>(
      (top, [pair, weight]) =>
        top === null || weight > top[1] || (weight === top[1] && pair < top[0]) ? [pair, weight] : top,
      null,
    )
    if (best === null) break
    const [left, right] = best[0].split(' ') as [string, string]
    merges.push([left, right])
    for (const word of segmented) word.symbols = mergePair(word.symbols, left, right)
  }
  return merges
}

function mergePair(symbols: readonly string[], left: string, right: string): string[] {
  const merged: string[] = []
  for (let i = 0; i < symbols.length; i++) {
    if (symbols[i] === left && symbols[i + 1] === right) {
      merged.push(left + right)
      i += 1
    } else merged.push(symbols[i] as string)
  }
  return merged
}
