/**
 * Values of expressions to 60 digits, complex, for what has no exact value: roots, π, e, functions. Principal branches,
 * but a real odd root of a negative number.
 */
import { Decimal } from 'decimal.js'
import { evaluateExact } from './evaluate-exact.ts'
import type { Rational } from './rational.ts'
import { TooLarge } from './rational.ts'
import type { Expression } from './syntax.ts'

const Real = Decimal.clone({ precision: 60, toExpNeg: -1e9, toExpPos: 1e9, maxE: 1e6, minE: -1e6 })

export interface Complex {
  readonly re: Decimal
  readonly im: Decimal
}

const none = new Real(0)
const pi = Real.acos(-1)
const euler = Real.exp(1)
const c = (re: Decimal, im: Decimal = none): Complex => ({ re, im })

/** @returns null where it has no value there. @throws TooLarge. */
export function evaluateDecimal(expression: Expression, at: ReadonlyMap<string, Rational>): Complex | null {
  const value = complexValue(expression, at)
  return value === null || !value.re.isFinite() || !value.im.isFinite() ? null : value
}

function toDecimal({ n, d }: Rational): Decimal {
  return d === 1n ? new Real(n.toString()) : new Real(n.toString()).div(d.toString())
}

function complexValue(expression: Expression, at: ReadonlyMap<string, Rational>): Complex | null {
  const value = (part: Expression): Complex | null => complexValue(part, at)
  switch (expression.kind) {
    case 'number':
      return c(toDecimal(expression.value))
    case 'based': {
      const exact = evaluateExact(expression, at)
      return exact === null ? null : c(toDecimal(exact.re))
    }
    case 'symbol': {
      const given = at.get(expression.name)
      return given === undefined ? null : c(toDecimal(given))
    }
    case 'constant':
      return { pi: c(pi), e: c(euler), i: c(none, new Real(1)), infinity: null }[expression.name]
    case 'negative': {
      const of = value(expression.of)
      return of === null ? null : c(of.re.neg(), of.im.neg())
    }
    case 'sum':
      return folded(expression.terms.map(value), plus)
    case 'product':
      return folded(expression.factors.map(value), times)
    case 'quotient':
      return pair(value(expression.top), value(expression.bottom), over)
    case 'power':
      return pair(value(expression.base), value(expression.exponent), raised)
    case 'call': {
      const args = expression.args.map(value)
      return args.some((arg) => arg === null) ? null : called(expression.name, args as Complex[])
    }
    case 'either':
      return null
    default:
      return expression satisfies never
  }
}

function folded(parts: readonly (Complex | null)[], join: (a: Complex, b: Complex) => Complex): Complex | null {
  return parts.reduce((a, b) => (a === null || b === null ? null : join(a, b)))
}

function pair(a: Complex | null, b: Complex | null, join: (a: Complex, b: Complex) => Complex | null): Complex | null {
  return a === null || b === null ? null : join(a, b)
}

const isReal = (a: Complex): boolean => a.im.isZero()
const plus = (a: Complex, b: Complex): Complex => c(a.re.plus(b.re), a.im.plus(b.im))

function times(a: Complex, b: Complex): Complex {
  if (isReal(a) && isReal(b)) return c(a.re.times(b.re))
  return c(a.re.times(b.re).minus(a.im.times(b.im)), a.re.times(b.im).plus(a.im.times(b.re)))
}

function over(a: Complex, b: Complex): Complex | null {
  const size = b.re.times(b.re).plus(b.im.times(b.im))
  if (size.isZero()) return null
  return times(a, c(b.re.div(size), b.im.neg().div(size)))
}

function exponential(a: Complex): Complex {
  if (a.re.abs().gt(100_000)) throw new TooLarge('the exponent is too large')
  const scale = a.re.exp()
  return isReal(a) ? c(scale) : c(scale.times(a.im.cos()), scale.times(a.im.sin()))
}

function logarithm(a: Complex): Complex | null {
  if (a.re.isZero() && a.im.isZero()) return null
  if (isReal(a) && a.re.gt(0)) return c(a.re.ln())
  const size = a.re.times(a.re).plus(a.im.times(a.im)).sqrt()
  return c(size.ln(), Real.atan2(a.im, a.re))
}

function raised(base: Complex, exponent: Complex): Complex | null {
  if (base.re.isZero() && isReal(base))
    return exponent.re.gt(0) ? c(none) : exponent.re.isZero() ? c(new Real(1)) : null
  if (isReal(exponent) && exponent.re.isInteger() && exponent.re.abs().lte(1000)) {
    if (isReal(base)) return c(base.re.pow(exponent.re))
    let product = c(new Real(1))
    for (let i = 0; i < exponent.re.abs().toNumber(); i++) product = times(product, base)
    return exponent.re.lt(0) ? over(c(new Real(1)), product) : product
  }
  const log = logarithm(base)
  return log === null ? null : exponential(times(log, exponent))
}

function rootOf(of: Complex, degree: Complex): Complex | null {
  if (!isReal(degree) || !degree.re.isInteger() || degree.re.lt(2)) return raisedTo(of, degree)
  if (isReal(of) && degree.re.eq(2)) return of.re.lt(0) ? c(none, of.re.neg().sqrt()) : c(of.re.sqrt())
  if (isReal(of) && degree.re.eq(3)) return c(of.re.cbrt())
  if (isReal(of) && of.re.lt(0) && !degree.re.mod(2).isZero()) {
    const positive = raisedTo(c(of.re.neg()), degree)
    return positive === null ? null : c(positive.re.neg())
  }
  return raisedTo(of, degree)
}

function raisedTo(of: Complex, degree: Complex): Complex | null {
  const inverse = over(c(new Real(1)), degree)
  return inverse === null ? null : raised(of, inverse)
}

/** sin(a+bi) and cos(a+bi) by the exponential. */
function sine(a: Complex): Complex {
  if (isReal(a)) return c(a.re.sin())
  return c(a.re.sin().times(a.im.cosh()), a.re.cos().times(a.im.sinh()))
}

function cosine(a: Complex): Complex {
  if (isReal(a)) return c(a.re.cos())
  return c(a.re.cos().times(a.im.cosh()), a.re.sin().times(a.im.sinh()).neg())
}

const unit = c(new Real(1))

function called(name: string, args: readonly Complex[]): Complex | null {
  const [a, b] = args as [Complex, Complex | undefined]
  switch (name) {
    case 'root':
      return b === undefined ? null : rootOf(a, b)
    case 'exp':
      return exponential(a)
    case 'ln':
      return logarithm(a)
    case 'log':
      return pair(logarithm(a), logarithm(b ?? c(new Real(10))), over)
    case 'sin':
      return sine(a)
    case 'cos':
      return cosine(a)
    case 'tan':
      return over(sine(a), cosine(a))
    case 'cot':
      return over(cosine(a), sine(a))
    case 'sec':
      return over(unit, cosine(a))
    case 'csc':
      return over(unit, sine(a))
    default:
      return isReal(a) && (b === undefined || isReal(b))
        ? realCall(
            name,
            args.map(({ re }) => re),
          )
        : null
  }
}

function realCall(name: string, args: readonly Decimal[]): Complex | null {
  const [a] = args as [Decimal]
  switch (name) {
    case 'abs':
      return c(a.abs())
    case 'floor':
      return c(a.floor())
    case 'ceil':
      return c(a.ceil())
    case 'max':
      return c(Real.max(...args))
    case 'min':
      return c(Real.min(...args))
    case 'asin':
    case 'acos':
      return a.abs().gt(1) ? null : c(name === 'asin' ? a.asin() : a.acos())
    case 'atan':
      return c(a.atan())
    case 'sinh':
      return c(a.sinh())
    case 'cosh':
      return c(a.cosh())
    case 'tanh':
      return c(a.tanh())
    default:
      return null
  }
}
