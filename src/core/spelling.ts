/** Spelling distance, which distinguishes a misspelt name from an unknown one. */

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
export function spellingDistance(a: string, b: string): number {
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min(
        (previous[j] as number) + 1,
        (current[j - 1] as number) + 1,
        (previous[j - 1] as number) + cost,
      )
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] as number) + 1)
      current.push(best)
    }
    before = previous
    previous = current
  }
  return previous[b.length] as number
}

/** Longer names are compared with none, and a name with no more candidates than this. */
const maxNameChars = 80
const maxCandidates = 1000

/** The one candidate that `name` is a slip of: at most a quarter of its letters wrong (at least one may be), case aside. */
export function nearestName(name: string, candidates: Iterable<string>): string | null {
  if (name.length > maxNameChars) return null
  const letters = lettersOf(name)
  let best: string | null = null
  let bestDistance = Number.POSITIVE_INFINITY
  let compared = 0
  for (const candidate of candidates) {
    compared += 1
    if (compared > maxCandidates) break
    const allowed = Math.min(bestDistance - 1, Math.max(1, Math.floor(candidate.length / 4)))
    // A distance is at least the difference in length; underscores do not count.
    const shortest = candidate.length - (candidate.split('_').length - 1)
    if (candidate === name || Math.abs(shortest - letters.length) > allowed || candidate.length > maxNameChars) continue
    const distance = spellingDistance(letters, lettersOf(candidate))
    if (distance > allowed) continue
    best = candidate
    bestDistance = distance
  }
  return best
}

function lettersOf(name: string): string {
  return name.toLowerCase().replaceAll('_', '')
}
