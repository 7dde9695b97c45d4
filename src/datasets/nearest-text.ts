/** The most similar of several names, for hints. */

/** @returns null for an empty list. Similarity is the share of letter pairs in common (Dice). */
export function nearestText(wanted: string, names: readonly string[]): string | null {
  const pairsOf = (text: string): string[] =>
    Array.from({ length: Math.max(0, text.length - 1) }, (_, i) => text.slice(i, i + 2))
  const pairs = new Set(pairsOf(wanted.toLowerCase()))
  let best: string | null = null
  let bestShare = -1
  for (const name of names) {
    const own = pairsOf(name.toLowerCase())
    const share = own.filter((pair) => pairs.has(pair)).length / (own.length + pairs.size)
    if (share > bestShare) {
      best = name
      bestShare = share
    }
  }
  return best
}
