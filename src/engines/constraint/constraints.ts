/** The grammars that an engine holds completions to, by name, over its vocabulary. */
import type { Grammar } from '../../core/grammar.ts'
import type { Constraint, Tokenizer } from '../policy-engine.ts'
import { type ConstraintWalk, createTokenConstraint, type TokenConstraint } from './token-constraint.ts'
import { specialTokens, tokenTexts } from './token-texts.ts'
import { createTokenTrie } from './token-trie.ts'

/** As data, which a worker can be sent. */
export interface ConstraintsSetUp {
  readonly grammars: Readonly<Record<string, Grammar>>
  /** What each token writes, '' for one that no text is made of: `tokenTexts`. */
  readonly texts: readonly string[]
  readonly endOfTextId: number
  /** Longest prompt plus completion, in tokens. */
  readonly contextLength: number
}

export interface ConstrainedVocabulary {
  readonly tokenizer: Tokenizer
  /** Of its `tokenizer.json`. */
  readonly tokenizerText: string
  readonly contextLength: number
}

export function constraintsSetUp(
  grammars: ConstraintsSetUp['grammars'],
  { tokenizer, tokenizerText, contextLength }: ConstrainedVocabulary,
): ConstraintsSetUp {
  const texts = tokenTexts(tokenizer, specialTokens(tokenizerText))
  return { grammars, texts, endOfTextId: tokenizer.endOfTextId, contextLength }
}

/** Something that may be held to a grammar: a request for completions, or a sequence. */
export interface Constrainable {
  readonly prompt: readonly number[]
  readonly constraint?: Constraint
}

export interface Constraints {
  /** Null where it is free. @throws Error for a grammar that the engine was not opened with. */
  walkOf(constrainable: Constrainable): ConstraintWalk | null
  /** By grammar: tokens of a short text of it, its end counted; Infinity where the vocabulary cannot write one. */
  readonly leastTokens: ReadonlyMap<string, number>
}

export function createConstraints({ grammars, texts, endOfTextId, contextLength }: ConstraintsSetUp): Constraints {
  const trie = createTokenTrie(texts)
  const made = new Map<string, TokenConstraint>()
  const named = (name: string): TokenConstraint => {
    const grammar = grammars[name]
    if (grammar === undefined) throw new Error(`the engine has no grammar ${name}`)
    const known = made.get(name) ?? createTokenConstraint(grammar, { trie, endOfTextId })
    made.set(name, known)
    return known
  }
  return {
    walkOf({ prompt, constraint }) {
      if (constraint === undefined) return null
      return named(constraint.name).walk(Math.min(constraint.maxTokens, contextLength - prompt.length))
    },
    get leastTokens() {
      return new Map(Object.keys(grammars).map((name) => [name, named(name).least]))
    },
  }
}
