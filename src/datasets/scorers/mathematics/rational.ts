/** Exact fractions of integers of any size. */

export interface Rational {
  readonly n: bigint
  /** Above 0, without a common divisor with `n`. */
  readonly d: bigint
}

/** Larger numbers are not worked out: an answer that needs them is left to the judge. */
const maxBits = 60_000

/** A value that is too large to be worked out. */
export class TooLarge extends Error {}

export const zero: Rational = { n: 0n, d: 1n }
export const one: Rational = { n: 1n, d: 1n }

export function fraction(n: bigint, d: bigint): Rational {
  if (d === 1n) return { n, d }
  const sign = d < 0n ? -1n : 1n
  const common = greatestDivisor(n, d) * sign
  return { n: n / common, d: d / common }
}

export function integer(n: number | bigint): Rational {
  return { n: BigInt(n), d: 1n }
}

export function greatestDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b]
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

/** Of `12`, `12.50`, `.5`; digits and one point only. */
export function fromDecimal(text: string): Rational {
  const point = text.indexOf('.')
  if (point < 0) return { n: BigInt(text), d: 1n }
  const decimals = text.length - point - 1
  return fraction(BigInt(text.slice(0, point) + text.slice(point + 1) || '0'), 10n ** BigInt(decimals))
}

export function add(a: Rational, b: Rational): Rational {
  if (a.d === 1n && b.d === 1n) return { n: a.n + b.n, d: 1n }
  return fraction(a.n * b.d + b.n * a.d, a.d * b.d)
}

export function negate(a: Rational): Rational {
  return { n: -a.n, d: a.d }
}

export function subtract(a: Rational, b: Rational): Rational {
  return add(a, negate(b))
}

export function multiply(a: Rational, b: Rational): Rational {
  return fraction(a.n * b.n, a.d * b.d)
}

/** @returns null for a division by zero. */
export function divide(a: Rational, b: Rational): Rational | null {
  return b.n === 0n ? null : fraction(a.n * b.d, a.d * b.n)
}

export function absoluteOf(a: Rational): Rational {
  return a.n < 0n ? negate(a) : a
}

/** Below, at or above 0 as `a` is less than, equal to or more than `b`. */
export function compare(a: Rational, b: Rational): number {
  const difference = a.n * b.d - b.n * a.d
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

export function isSame(a: Rational, b: Rational): boolean {
  return a.n === b.n && a.d === b.d
}

/** @param exponent any integer. @returns null for 0 to a negative power. @throws TooLarge. */
export function power(base: Rational, exponent: bigint): Rational | null {
  if (exponent === 0n) return one
  if (base.n === 0n) return exponent < 0n ? null : zero
  const size = exponent < 0n ? -exponent : exponent
  const bits = Math.max(bitsOf(base.n), bitsOf(base.d))
  if (bits > 1 && (size > 1_000_000n || bits * Number(size) > maxBits)) throw new TooLarge('the power is too large')
  const reduced = bits <= 1 ? (size % 2n) + 2n : size
  const raised = { n: base.n ** reduced, d: base.d ** reduced }
  return exponent < 0n ? fraction(raised.d, raised.n) : raised
}

function bitsOf(n: bigint): number {
  return (n < 0n ? -n : n).toString(2).length
}

/** The exact root; null where there is none among the fractions. @param degree 2 or more. */
export function root(of: Rational, degree: bigint): Rational | null {
  if (of.n < 0n && degree % 2n === 0n) return null
  const [n, d] = [integerRoot(of.n, degree), integerRoot(of.d, degree)]
  return n === null || d === null ? null : { n, d }
}

function integerRoot(of: bigint, degree: bigint): bigint | null {
  if (of < 0n) {
    const positive = integerRoot(-of, degree)
    return positive === null ? null : -positive
  }
  if (of < 2n) return of
  const bits = BigInt(bitsOf(of))
  if (degree >= bits) return null
  // Newton's method from above.
  let guess = 1n << (bits / degree + 1n)
  for (;;) {
    const next = ((degree - 1n) * guess + of / guess ** (degree - 1n)) / degree
    if (next >= guess) break
    guess = next
  }
  return guess ** degree === of ? guess : null
}

/** `n!`. @throws TooLarge. */
export function factorial(n: bigint): bigint {
  if (n > 3000n) throw new TooLarge('the factorial is too large')
  let product = 1n
  for (let i = 2n; i <= n; i++) product *= i
  return product
}
