/** Mean, deviation and spread of a list of numbers. */

/** Mean; 0 for an empty list. */
export function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Sample deviation (divides by n - 1); 0 for fewer than two values and for values without spread. */
export function deviationOf(values: readonly number[]): number {
  if (!hasSpread(values)) return 0
  const mean = meanOf(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
}

/** Differences up to this share of the largest magnitude (or of 1, if that is larger) are rounding, not spread. */
const tolerance = 1e-9

/** Whether the values differ by more than rounding. */
export function hasSpread(values: readonly number[]): boolean {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return high - low > tolerance * Math.max(1, Math.abs(low), Math.abs(high))
}
