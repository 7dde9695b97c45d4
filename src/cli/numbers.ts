/** Numbers given as options, refused with the fix when they are none. */
import { BatonError } from '../core/failure.ts'

/** More than anybody means; an array of it still fits into memory. */
const largestCount = 1_000_000

/** A whole number of at least 1. */
export function countOption(name: string, text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= largestCount) return value
  throw optionError(`${name} must be a whole number from 1 to ${largestCount} (got ${text}).`, `For example ${name} 5.`)
}

/** Any number of at least `least`. */
export function numberOption(name: string, text: string, least = 0): number {
  const value = Number(text)
  if (Number.isFinite(value) && value >= least && text.trim() !== '') return value
  throw optionError(`${name} must be a number of at least ${least} (got ${text}).`, `For example ${name} ${least + 1}.`)
}

export function optionError(message: string, hint: string): BatonError {
  return new BatonError(message, { boundary: 'config', code: 'option', hint })
}
