/**
 * Whether two expressions are the same: exactly where their values are fractions (at random points where they hold
 * variables: two different polynomials agree at such points with a chance below 1 in 10^10), to 40 digits elsewhere.
 * The paper behind it: J. Schwartz, "Fast probabilistic algorithms for verification of polynomial identities" (1980).
 */
import { evaluateDecimal } from './evaluate-decimal.ts'
import { evaluateExact } from './evaluate-exact.ts'
import { fraction, isSame, type Rational, TooLarge } from './rational.ts'
import type { Expression } from './syntax.ts'

export type Sameness = 'equal' | 'different' | 'unknown'

/** The names of its variables, sorted. */
export function variablesOf(expression: Expression): string[] {
  const names = new Set<string>()
  visit(expression, (part) => {
    if (part.kind === 'symbol') names.add(part.name)
  })
  return [...names].sort()
}

export function visit(expression: Expression, each: (part: Expression) => void): void {
  each(expression)
  for (const part of partsOf(expression)) visit(part, each)
}

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'sum':
      return expression.terms
    case 'product':
      return expression.factors
    case 'negative':
    case 'either':
      return [expression.of]
    case 'quotient':
      return [expression.top, expression.bottom]
    case 'power':
      return [expression.base, expression.exponent]
    case 'call':
      return expression.args
    case 'number':
    case 'symbol':
    case 'constant':
    case 'based':
      return []
    default:
      return expression satisfies never
  }
}

/** The exact real value of an expression without variables; null where there is none. */
export function exactValue(expression: Expression): Rational | null {
  if (expression.kind === 'number') return expression.value
  try {
    const value = evaluateExact(expression, nowhere)
    return value === null || value.im.n !== 0n ? null : value.re
  } catch (error) {
    if (error instanceof TooLarge) return null
    throw error
  }
}

const nowhere: ReadonlyMap<string, Rational> = new Map()
const points = 5

export function sameExpression(a: Expression, b: Expression): Sameness {
  if (a.kind === 'number' && b.kind === 'number') return isSame(a.value, b.value) ? 'equal' : 'different'
  const bounds = [infinityOf(a), infinityOf(b)]
  if (bounds[0] !== 0 || bounds[1] !== 0) return bounds[0] === bounds[1] ? 'equal' : 'different'
  const [left, right] = [variablesOf(a), variablesOf(b)]
  const names = [...new Set([...left, ...right])].sort()
  const verdict = sampled(a, b, names)
  // Other names for the same variables are a matter of the question.
  if (verdict === 'different' && left.length > 0 && left.length === right.length && left.join() !== right.join())
    return 'unknown'
  return verdict
}

/** 1 for ∞, -1 for -∞, 0 for anything else. */
function infinityOf(expression: Expression): number {
  if (expression.kind === 'negative') return -infinityOf(expression.of)
  return expression.kind === 'constant' && expression.name === 'infinity' ? 1 : 0
}

function sampled(a: Expression, b: Expression, names: readonly string[]): Sameness {
  const rounds = names.length === 0 ? 1 : points
  const said: Sameness[] = []
  for (let round = 0; round < rounds * 3 && said.length < rounds; round++) {
    const at = new Map(names.map((name, position) => [name, sample(round, position)]))
    const verdict = sameAt(a, b, at)
    if (verdict !== null) said.push(verdict)
  }
  if (said.length < rounds) return 'unknown'
  if (said.every((one) => one === 'equal')) return 'equal'
  // Equal here and not there: a matter of where it holds.
  return said.every((one) => one === 'different') ? 'different' : 'unknown'
}

/** Fractions of both signs between 0.1 and 12 with large parts, the same at every call. */
function sample(round: number, position: number): Rational {
  let state = BigInt(round * 7919 + position * 104_729 + 12_345)
  for (let i = 0; i < 3; i++) state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % (1n << 64n)
  const size = 100_000n + ((state >> 20n) % 11_900_000n)
  return fraction((state >> 60n) % 2n === 0n || round === 0 ? size : -size, 1_000_003n)
}

/** @returns null where one of them has no value at this point. */
function sameAt(a: Expression, b: Expression, at: ReadonlyMap<string, Rational>): Sameness | null {
  try {
    const [x, y] = [evaluateExact(a, at), evaluateExact(b, at)]
    if (x !== null && y !== null) return isSame(x.re, y.re) && isSame(x.im, y.im) ? 'equal' : 'different'
    const [p, q] = [evaluateDecimal(a, at), evaluateDecimal(b, at)]
    if (p === null || q === null) return null
    const difference = p.re.minus(q.re).abs().plus(p.im.minus(q.im).abs())
    const size = p.re.abs().plus(p.im.abs()).plus(q.re.abs()).plus(q.im.abs())
    // Both are zero but for what 60 digits leave: sin(pi).
    if (difference.isZero() || size.lt('1e-50')) return 'equal'
    const relative = difference.div(size)
    if (relative.lt('1e-45')) return 'equal'
    return relative.gt('1e-30') ? 'different' : 'unknown'
  } catch (error) {
    if (error instanceof TooLarge) return null
    throw error
  }
}
