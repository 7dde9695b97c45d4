/** A place in a row of tokens, and the usual questions to it. */
import type { Token } from './tokens.ts'

/** The text is not mathematics in this grammar. */
export class Unread extends Error {}

const maxDepth = 60

export class TokenReader {
  readonly tokens: readonly Token[]
  at = 0
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
  }

  get next(): Token | undefined {
    return this.tokens[this.at]
  }

  get isDone(): boolean {
    return this.at >= this.tokens.length
  }

  peek(ahead: number): Token | undefined {
    return this.tokens[this.at + ahead]
  }

  /** Takes the next token where it is one of these marks, words or `\commands`. */
  accept(...wanted: readonly string[]): string | null {
    const token = this.next
    if (token === undefined) return null
    const text = token.kind === 'command' ? `\\${token.text}` : token.kind === 'number' ? null : token.text
    if (text === null || !wanted.includes(text)) return null
    this.at += 1
    return text
  }

  isAt(...wanted: readonly string[]): boolean {
    const from = this.at
    const isThere = this.accept(...wanted) !== null
    this.at = from
    return isThere
  }

  expect(wanted: string): void {
    if (this.accept(wanted) === null) throw new Unread(`no ${wanted}`)
  }

  /** @throws Unread where texts nest too deeply. */
  nested<T>(read: () => T): T {
    this.#depth += 1
    if (this.#depth > maxDepth) throw new Unread('nested too deeply')
    const value = read()
    this.#depth -= 1
    return value
  }
}
