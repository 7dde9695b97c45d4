/** What the steps that are left will cost, from those that were made. */
import { studentQuantile } from './distributions.ts'
import { deviationOf, meanOf } from './moments.ts'

export interface SumForecast {
  readonly low: number
  readonly value: number
  readonly high: number
}

/**
 * The sum of `left` further values like those of the sample: mean times `left`, with the 95 % prediction interval of a sum
 * of independent draws, whose variance is s² (left + left² / n). Costs of later steps may drift; the band does not know.
 * @param values shape [n]. @param left whole, at least 0.
 * @returns null for fewer than two values: they say nothing about spread.
 */
export function forecastSum(values: readonly number[], left: number): SumForecast | null {
  const n = values.length
  if (n < 2) return null
  const value = meanOf(values) * left
  const half = studentQuantile(0.975, n - 1) * deviationOf(values) * Math.sqrt(left + (left * left) / n)
  return {
    low: Math.max(Math.min(...values) < 0 ? Number.NEGATIVE_INFINITY : 0, value - half),
    value,
    high: value + half,
  }
}
