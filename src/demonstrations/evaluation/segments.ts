/**
 * Which questions a cell of the accuracy table is about. Published tables give the first N questions for several N;
 * those are nested and so say one thing several times. The disjoint segments between them are reported too.
 */

export interface Segment {
  readonly kind: 'prefix' | 'segment'
  /** First question, counted from 0. */
  readonly from: number
  /** One past the last. */
  readonly to: number
}

export const customaryPrefixes = [100, 200, 400, 800] as const

/**
 * @param total questions there are.
 * @param sizes of the prefixes, any order; those of `total` or more are left out, and all questions are always a prefix.
 * @returns the nested prefixes, then the disjoint segments between their ends (none when there is one prefix only).
 */
export function segmentsOf(total: number, sizes: readonly number[] = customaryPrefixes): Segment[] {
  const ends = [...new Set(sizes.filter((size) => size > 0 && size < total))].sort((a, b) => a - b)
  ends.push(total)
  const prefixes = ends.map((to): Segment => ({ kind: 'prefix', from: 0, to }))
  if (ends.length === 1) return prefixes
  return [...prefixes, ...ends.map((to, i): Segment => ({ kind: 'segment', from: ends[i - 1] ?? 0, to }))]
}
