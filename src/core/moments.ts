/** Mean, deviation and spread of a list of numbers. */

/** Arithmetic mean; 0 for an empty list. */
export function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Standard deviation that divides by n - 1; 0 for fewer than two values. */
export function deviationOf(values: readonly number[]): number {
  if (values.length < 2) return 0
  const mean = meanOf(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
}

const relativeTolerance = 1e-9

/**
 * True when the values differ by more than rounding: max - min > 1e-9 * max |value|. Equality would let the noise of
 * summed rewards (0.1 + 0.2 against 0.3) through, and dividing by its deviation would make a full-size advantage of it.
 */
export function hasSpread(values: readonly number[]): boolean {
  if (values.length < 2) return false
  let [smallest, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    smallest = Math.min(smallest, value)
    largest = Math.max(largest, value)
  }
  return largest - smallest > relativeTolerance * Math.max(Math.abs(smallest), Math.abs(largest))
}
