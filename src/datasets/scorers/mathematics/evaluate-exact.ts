/** Values of expressions as exact complex fractions, where they are such; roots and functions only where they come out even. */
import {
  absoluteOf,
  add,
  compare,
  divide,
  factorial,
  fraction,
  greatestDivisor,
  integer,
  isSame,
  multiply,
  negate,
  one,
  power,
  type Rational,
  root,
  subtract,
  TooLarge,
  zero,
} from './rational.ts'
import type { Expression } from './syntax.ts'

export interface Exact {
  readonly re: Rational
  readonly im: Rational
}

/** No exact value: irrational, infinite, or undefined. */
type Result = Exact | null

export type Assignment = ReadonlyMap<string, Rational>

const real = (re: Rational): Exact => ({ re, im: zero })

/** @throws TooLarge. */
export function evaluateExact(expression: Expression, at: Assignment): Result {
  switch (expression.kind) {
    case 'number':
      return real(expression.value)
    case 'based':
      return based(expression.digits, expression.base)
    case 'symbol': {
      const value = at.get(expression.name)
      return value === undefined ? null : real(value)
    }
    case 'constant':
      return expression.name === 'i' ? { re: zero, im: one } : null
    case 'negative': {
      const value = evaluateExact(expression.of, at)
      return value === null ? null : minus(value)
    }
    case 'sum':
      return folded(expression.terms, at, plus)
    case 'product':
      return folded(expression.factors, at, times)
    case 'quotient': {
      const [top, bottom] = [evaluateExact(expression.top, at), evaluateExact(expression.bottom, at)]
      return top === null || bottom === null ? null : over(top, bottom)
    }
    case 'power':
      return raised(evaluateExact(expression.base, at), evaluateExact(expression.exponent, at))
    case 'call': {
      const args = expression.args.map((arg) => evaluateExact(arg, at))
      return args.some((arg) => arg === null) ? null : called(expression.name, args as Exact[])
    }
    case 'either':
      return null
    default:
      return expression satisfies never
  }
}

function based(digits: string, base: number): Result {
  let value = 0n
  for (const digit of digits) {
    const worth = Number.parseInt(digit, 36)
    if (worth >= base) return null
    value = value * BigInt(base) + BigInt(worth)
  }
  return real(integer(value))
}

function folded(parts: readonly Expression[], at: Assignment, join: (a: Exact, b: Exact) => Exact): Result {
  let total: Exact | null = null
  for (const part of parts) {
    const value = evaluateExact(part, at)
    if (value === null) return null
    total = total === null ? value : join(total, value)
  }
  return total
}

function isReal(value: Exact): boolean {
  return value.im.n === 0n
}

function minus(a: Exact): Exact {
  return { re: negate(a.re), im: negate(a.im) }
}

function plus(a: Exact, b: Exact): Exact {
  return { re: add(a.re, b.re), im: isReal(a) && isReal(b) ? zero : add(a.im, b.im) }
}

function times(a: Exact, b: Exact): Exact {
  if (isReal(a) && isReal(b)) return real(multiply(a.re, b.re))
  return {
    re: subtract(multiply(a.re, b.re), multiply(a.im, b.im)),
    im: add(multiply(a.re, b.im), multiply(a.im, b.re)),
  }
}

function over(a: Exact, b: Exact): Result {
  const size = add(multiply(b.re, b.re), multiply(b.im, b.im))
  const inverse = divide(one, size)
  return inverse === null ? null : times(times(a, { re: b.re, im: negate(b.im) }), real(inverse))
}

function raised(base: Result, exponent: Result): Result {
  if (base === null || exponent === null || !isReal(exponent)) return null
  const { n, d } = exponent.re
  if (d > 64n) return null
  if (isReal(base)) {
    const whole = power(base.re, n)
    if (whole === null || d === 1n) return whole === null ? null : real(whole)
    if (base.re.n < 0n) return null
    const found = root(whole, d)
    return found === null ? null : real(found)
  }
  if (d !== 1n || n > 64n || n < -64n) return null
  let product: Exact = real(one)
  for (let i = 0n; i < (n < 0n ? -n : n); i++) product = times(product, base)
  return n < 0n ? over(real(one), product) : product
}

function called(name: string, args: readonly Exact[]): Result {
  const [first, second] = args
  if (first === undefined || args.some((arg) => !isReal(arg))) return null
  const a = first.re
  const b = second?.re
  switch (name) {
    case 'root': {
      if (b === undefined || b.d !== 1n || b.n < 2n) return null
      if (a.n < 0n && b.n === 2n) {
        const imaginary = root(negate(a), 2n)
        return imaginary === null ? null : { re: zero, im: imaginary }
      }
      const found = root(a, b.n)
      return found === null ? null : real(found)
    }
    case 'factorial':
      return a.d === 1n && a.n >= 0n ? real(integer(factorial(a.n))) : null
    case 'abs':
      return real(absoluteOf(a))
    case 'floor':
      return real(integer(floored(a)))
    case 'ceil':
      return real(integer(-floored(negate(a))))
    case 'binom':
      return b === undefined ? null : binomial(a, b)
    case 'max':
    case 'min':
      return real(args.map(({ re }) => re).reduce((x, y) => (compare(x, y) < 0 === (name === 'max') ? y : x)))
    case 'gcd':
    case 'lcm':
      return divisor(
        name,
        args.map(({ re }) => re),
      )
    case 'exp':
      return a.n === 0n ? real(one) : null
    case 'ln':
      return isSame(a, one) ? real(zero) : null
    default:
      return null
  }
}

function floored(a: Rational): bigint {
  const quotient = a.n / a.d
  return a.n < 0n && quotient * a.d !== a.n ? quotient - 1n : quotient
}

function binomial(n: Rational, k: Rational): Result {
  if (n.d !== 1n || k.d !== 1n || k.n < 0n || n.n < k.n) return null
  if (n.n > 3000n) throw new TooLarge('the binomial is too large')
  let value = one
  for (let i = 1n; i <= k.n; i++) value = multiply(value, fraction(n.n - k.n + i, i))
  return real(value)
}

function divisor(name: 'gcd' | 'lcm', values: readonly Rational[]): Result {
  if (values.some(({ d, n }) => d !== 1n || n === 0n)) return null
  const numbers = values.map(({ n }) => n)
  const join = (x: bigint, y: bigint): bigint =>
    name === 'gcd' ? greatestDivisor(x, y) : (x * y) / greatestDivisor(x, y)
  return real(integer(numbers.reduce(join)))
}
