/** The texts of a vocabulary as a trie over characters. */

export interface TrieNode {
  readonly children: Map<string, TrieNode>
  /** Tokens whose text ends here. */
  readonly tokens: number[]
}

export interface TokenTrie {
  readonly root: TrieNode
  /** Characters of the longest text. */
  readonly longest: number
}

/** @param texts one a token; '' for a token that no text is made of. */
export function createTokenTrie(texts: readonly string[]): TokenTrie {
  const root: TrieNode = { children: new Map(), tokens: [] }
  let longest = 0
  texts.forEach((text, token) => {
    if (text === '') return
    let node = root
    let length = 0
    for (const character of text) {
      const child = node.children.get(character) ?? { children: new Map(), tokens: [] }
      node.children.set(character, child)
      node = child
      length += 1
    }
    node.tokens.push(token)
    longest = Math.max(longest, length)
  })
  return { root, longest }
}

/** The fewest tokens that write a text, of equally many those that are longer first; null where no tokens do. */
export function fewestTokens({ root }: TokenTrie, text: string): number[] | null {
  const characters = [...text]
  const least: (number | null)[] = [...characters.map(() => null), 0]
  const choice: { readonly token: number; readonly end: number }[] = []
  for (let start = characters.length - 1; start >= 0; start--) {
    let node: TrieNode | undefined = root
    for (let end = start; end < characters.length; end++) {
      node = node.children.get(characters[end] as string)
      if (node === undefined) break
      const rest = least[end + 1]
      const [token] = node.tokens
      if (token === undefined || rest === null || rest === undefined) continue
      const known = least[start]
      if (known === null || known === undefined || rest + 1 <= known) {
        least[start] = rest + 1
        choice[start] = { token, end: end + 1 }
      }
    }
  }
  if (least[0] === null) return null
  const tokens: number[] = []
  for (let at = 0; at < characters.length; ) {
    const { token, end } = choice[at] as { token: number; end: number }
    tokens.push(token)
    at = end
  }
  return tokens
}
