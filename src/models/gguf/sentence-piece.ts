/**
 * A SentencePiece vocabulary as merges of a byte-pair tokenizer with byte fallback, as Hugging Face converts Llama 2's and
 * Gemma's: every way to put a piece together from two others is a merge, the piece of the highest score first.
 */
import { vocabularyOf } from './vocabulary.ts'

export interface Pieces {
  readonly tokens: readonly string[]
  /** Log-probs, shape [tokens]. */
  readonly scores: readonly number[]
  readonly unknown: string | undefined
}

const space = '\u2581'

/** @param hasPrefix whether a space is put before the text (Llama 2, not Gemma). */
export function sentencePieceTokenizer(pieces: Pieces, hasPrefix: boolean): Record<string, unknown> {
  const replace = { type: 'Replace', pattern: { String: ' ' }, content: space }
  const undo = [
    { type: 'Replace', pattern: { String: space }, content: ' ' },
    { type: 'ByteFallback' },
    { type: 'Fuse' },
  ]
  const strip = { type: 'Strip', content: ' ', start: 1, stop: 0 }
  return {
    normalizer: hasPrefix ? { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: space }, replace] } : replace,
    pre_tokenizer: null,
    decoder: { type: 'Sequence', decoders: hasPrefix ? [...undo, strip] : undo },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: pieces.unknown ?? null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: true,
      ignore_merges: false,
      vocab: vocabularyOf(pieces.tokens),
      merges: mergesOf(pieces),
    },
  }
}

function mergesOf({ tokens, scores }: Pieces): [string, string][] {
  const ids = new Map(tokens.map((token, id) => [token, id]))
  const merges: { readonly pair: [string, string]; readonly score: number }[] = []
  tokens.forEach((token, id) => {
    const letters = [...token]
    const found: { readonly pair: [string, string]; readonly left: number; readonly right: number }[] = []
    for (let cut = 1; cut < letters.length; cut++) {
      const pair: [string, string] = [letters.slice(0, cut).join(''), letters.slice(cut).join('')]
      const [left, right] = [ids.get(pair[0]), ids.get(pair[1])]
      if (left !== undefined && right !== undefined) found.push({ pair, left, right })
    }
    found.sort((a, b) => a.left - b.left || a.right - b.right)
    for (const { pair } of found) merges.push({ pair, score: scores[id] ?? 0 })
  })
  // Stable: of equal scores the earlier piece.
  return merges.sort((a, b) => b.score - a.score).map(({ pair }) => pair)
}
