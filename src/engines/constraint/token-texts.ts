/** What each token of a vocabulary writes within a text. */
import type { Tokenizer } from '../policy-engine.ts'

/** A part of a character: a token that only writes some of its bytes. */
const broken = '\uFFFD'

/**
 * @param special ids that write nothing: the end of text, marks of the chat format.
 * @returns one text a token; '' for a token that no text is made of. Tokens that hold a part of a character count as such:
 * what they write depends on their neighbours.
 */
export function tokenTexts(tokenizer: Tokenizer, special: ReadonlySet<number>): string[] {
  // In front of each token: some decoders drop a blank at the beginning of a text.
  const [anchor = 0] = tokenizer.encode('a')
  const before = tokenizer.decode([anchor])
  return Array.from({ length: tokenizer.vocabularySize }, (_, token) => {
    if (special.has(token) || token === tokenizer.endOfTextId || token === tokenizer.padId) return ''
    const both = tokenizer.decode([anchor, token])
    return both.startsWith(before) && !both.includes(broken) ? both.slice(before.length) : ''
  })
}

/** Ids of the added tokens of a `tokenizer.json` that are marked as special. */
export function specialTokens(tokenizerText: string): Set<number> {
  const { added_tokens: added = [] } = JSON.parse(tokenizerText) as {
    added_tokens?: readonly { readonly id: number; readonly special?: boolean }[]
  }
  return new Set(added.flatMap(({ id, special }) => (special === true ? [id] : [])))
}
