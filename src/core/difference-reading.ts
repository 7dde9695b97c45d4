/** How a difference with its interval is read. The same everywhere: terminal, reports, `baton compare`, the log. */

/** Two policies count as equal if the whole interval of their difference is within this margin: 1 point. */
export const equalMargin = 0.01

/**
 * `cannot-tell` is the reading of an interval that merely contains 0: the data show neither a difference nor its
 * absence. `equal` claims its absence.
 */
export type DifferenceReading = 'more' | 'less' | 'equal' | 'cannot-tell'

/** @param interval of a difference, in the unit of `margin`. */
export function readingOf(
  { low, high }: { readonly low: number; readonly high: number },
  margin: number = equalMargin,
): DifferenceReading {
  if (low > 0) return 'more'
  if (high < 0) return 'less'
  return low >= -margin && high <= margin ? 'equal' : 'cannot-tell'
}
