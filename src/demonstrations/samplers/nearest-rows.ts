/** The rows of an index that are most similar to a query: exact, by inner product. Ties go to the lower row. */
import type { Embeddings } from '../schema.ts'

/**
 * @param isOut rows that must not come.
 * @returns at most `count` rows, the most similar first.
 */
export function nearestRows(
  query: ArrayLike<number>,
  { rows, width, ids }: Embeddings,
  { count, isOut }: { readonly count: number; readonly isOut: (row: number) => boolean },
): number[] {
  const best: { readonly row: number; readonly score: number }[] = []
  const least = (): number => best.at(-1)?.score ?? Number.NEGATIVE_INFINITY
  if (count === 0) return []
  for (let row = 0; row < ids.length; row++) {
    const score = innerProduct(query, rows, row * width, width)
    if (best.length === count && !(score > least())) continue
    if (isOut(row)) continue
    let at = best.length
    while (at > 0 && (best[at - 1] as { score: number }).score < score) at -= 1
    best.splice(at, 0, { row, score })
    if (best.length > count) best.pop()
  }
  return best.map(({ row }) => row)
}

export function innerProduct(query: ArrayLike<number>, rows: Float32Array, start: number, width: number): number {
  let sum = 0
  for (let i = 0; i < width; i++) sum += (query[i] as number) * (rows[start + i] as number)
  return sum
}
