/** Tokens by their text. Without a prototype: a token may be called `__proto__`. */
export function vocabularyOf(tokens: readonly string[]): Record<string, number> {
  const vocabulary: Record<string, number> = Object.create(null)
  tokens.forEach((token, id) => {
    if (!Object.hasOwn(vocabulary, token)) vocabulary[token] = id
  })
  return vocabulary
}
