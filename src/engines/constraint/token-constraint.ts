/**
 * A grammar over the tokens of a vocabulary: which tokens may come next, so that the text stays one of the grammar and can
 * be ended within the tokens that are left. A function of grammar, vocabulary, tokens so far and budget: what was allowed
 * when a completion was sampled can be found again when it is scored.
 */
import type { Grammar } from '../../core/grammar.ts'
import { createAutomaton, dead, type GrammarAutomaton } from '../../core/grammar-automaton.ts'
import { fewestTokens, type TokenTrie, type TrieNode } from './token-trie.ts'

/** What may come next at a place of a text. */
export interface AllowedTokens {
  /** Ascending, not empty. */
  readonly tokens: Int32Array
}

/** A completion on its way through the grammar. */
export interface ConstraintWalk {
  /** Null: anything, since the completion is over or no text of the grammar (an older policy's, say). */
  allowed(): AllowedTokens | null
  take(token: number): void
}

export interface TokenConstraint {
  /** Tokens of a short whole text, the end of text counted; Infinity where the vocabulary cannot write one. */
  readonly least: number
  /** @param budget tokens of the completion at most. Below `least` nothing is constrained. */
  walk(budget: number): ConstraintWalk
}

/** What is known of a state: the tokens that go on from it, and how many it takes to end after each. */
interface Exits {
  readonly allowed: AllowedTokens
  /** As long as the tokens: after this token so many more end the text. */
  readonly costs: Int32Array
  readonly highestCost: number
}

export function createTokenConstraint(
  grammar: Grammar,
  { trie, endOfTextId }: { readonly trie: TokenTrie; readonly endOfTextId: number },
): TokenConstraint {
  const automaton = createAutomaton(grammar)
  const exits = new Map<number, Exits>()
  const endings = new Map<number, readonly number[] | null>()
  /** By the text that they write: many states end alike. */
  const written = new Map<string, readonly number[] | null>()

  /** Tokens that end the text from here, the end of text last; null where the vocabulary cannot write them. */
  const endingOf = (state: number): readonly number[] | null => {
    const known = endings.get(state)
    if (known !== undefined) return known
    const text = automaton.ending(state)
    let ending = written.get(text)
    if (ending === undefined) {
      const tokens = fewestTokens(trie, text)
      ending = tokens === null ? null : [...tokens, endOfTextId]
      written.set(text, ending)
    }
    endings.set(state, ending)
    return ending
  }
  const costOf = (state: number): number => endingOf(state)?.length ?? Number.POSITIVE_INFINITY
  const exitsOf = (state: number): Exits => {
    const alike = automaton.alike(state, trie.longest)
    const known = exits.get(alike) ?? findExits(automaton, alike, { trie, endOfTextId, costOf })
    exits.set(alike, known)
    return known
  }
  const after = (state: number, text: string): number => {
    let next = state
    for (const character of text) next = automaton.next(next, character)
    return next
  }
  const texts = textsOf(trie)
  const least = costOf(automaton.start)

  return {
    least,
    walk(budget) {
      let state = least <= budget ? automaton.start : dead
      let left = budget
      /** What is left of an ending that has begun because the budget left nothing else. */
      let ending: readonly number[] = []
      return {
        allowed() {
          if (state === dead || left <= 0) return null
          if (ending.length > 0) return { tokens: Int32Array.of(ending[0] as number) }
          const { allowed, costs, highestCost } = exitsOf(state)
          if (highestCost < left) return allowed
          const tokens = allowed.tokens.filter((_, i) => (costs[i] as number) < left)
          if (tokens.length > 0) return { tokens }
          ending = endingOf(state) ?? []
          return { tokens: Int32Array.of(ending[0] as number) }
        },
        take(token) {
          left -= 1
          if (token === endOfTextId) {
            state = dead
            return
          }
          const text = texts.get(token)
          state = state === dead || text === undefined ? dead : after(state, text)
          ending = ending[0] === token ? ending.slice(1) : []
        },
      }
    },
  }
}

/** Walks the trie as far as the grammar goes on. */
function findExits(
  automaton: GrammarAutomaton,
  state: number,
  {
    trie,
    endOfTextId,
    costOf,
  }: { readonly trie: TokenTrie; readonly endOfTextId: number; readonly costOf: (state: number) => number },
): Exits {
  const found: { readonly token: number; readonly cost: number }[] = []
  const visit = (node: TrieNode, at: number): void => {
    for (const [character, child] of node.children) {
      const next = automaton.next(at, character)
      if (next === dead) continue
      const cost = child.tokens.length === 0 ? 0 : costOf(next)
      if (Number.isFinite(cost)) for (const token of child.tokens) found.push({ token, cost })
      visit(child, next)
    }
  }
  visit(trie.root, state)
  if (automaton.isEnd(state)) found.push({ token: endOfTextId, cost: 0 })
  found.sort((a, b) => a.token - b.token)
  return {
    allowed: { tokens: Int32Array.from(found, ({ token }) => token) },
    costs: Int32Array.from(found, ({ cost }) => cost),
    highestCost: found.reduce((most, { cost }) => Math.max(most, cost), 0),
  }
}

function textsOf({ root }: TokenTrie): Map<number, string> {
  const texts = new Map<number, string>()
  const visit = (node: TrieNode, text: string): void => {
    for (const token of node.tokens) texts.set(token, text)
    for (const [character, child] of node.children) visit(child, text + character)
  }
  visit(root, '')
  return texts
}
