/** Whether two amounts are the same: their units first, then their numbers, by value. */
import {
  absoluteOf,
  add,
  compare,
  divide,
  fraction,
  integer,
  isSame,
  multiply,
  one,
  power,
  type Rational,
  subtract,
} from './rational.ts'
import { exactValue, type Sameness, sameExpression, variablesOf, visit } from './same-expression.ts'
import type { Expression, ValueOfKind } from './syntax.ts'
import { isNamedIn, isPlain, isSameDimension } from './units.ts'

export type Amount = ValueOfKind<'amount'>

export interface ValueComparison {
  readonly sameness: Sameness
  /** Why, where that is not plain from the two texts. */
  readonly why: string
}

export const equal: ValueComparison = { sameness: 'equal', why: '' }
export const different = (why = ''): ValueComparison => ({ sameness: 'different', why })
export const unknown = (why: string): ValueComparison => ({ sameness: 'unknown', why })

/** @param question names the unit that one side may leave out. */
export function sameAmount(prediction: Amount, reference: Amount, question: string | null): ValueComparison {
  const isNamed = prediction.name !== null && reference.name !== null && key(prediction.name) !== key(reference.name)
  const value = sameUnits(prediction, reference, question)
  if (!isNamed || value.sameness !== 'equal') return value
  return unknown(`named ${prediction.name} and ${reference.name}`)
}

const key = (name: string): string => name.replace(/\s|\\left|\\right/g, '')

function sameUnits(prediction: Amount, reference: Amount, question: string | null): ValueComparison {
  const [a, b] = [prediction.unit, reference.unit]
  if (a.percent !== 'none' || b.percent !== 'none') return samePercent(prediction, reference, question)
  if (
    a.label !== '' &&
    b.label !== '' &&
    !sharesWord(a.label, b.label) &&
    compareNumbers(prediction.of, reference.of).sameness === 'equal'
  )
    return unknown(`counts ${a.label} and ${b.label}`)
  if (isPlain(a) || isPlain(b)) return oneUnit(prediction, reference, question)
  if (!isSameDimension(a, b)) {
    if (isAmbiguous(a.dimension, b.dimension)) return unknown('units that are not compared')
    return different(`another unit: ${a.names.join(' ')} and ${b.names.join(' ')}`)
  }
  return isSame(a.factor, b.factor)
    ? compareNumbers(prediction.of, reference.of)
    : compareNumbers(scaled(prediction), scaled(reference))
}

function sharesWord(a: string, b: string): boolean {
  const stems = (label: string): string[] => label.split(' ').map((word) => word.replace(/(?:es|s)$/, ''))
  const known = new Set(stems(a))
  return stems(b).some((word) => known.has(word))
}

function scaled({ of, unit }: Amount): Expression {
  if (of.kind === 'number') return { ...of, value: multiply(of.value, unit.factor) }
  return { kind: 'product', factors: [of, { kind: 'number', value: unit.factor, decimals: 0 }] }
}

const isAmbiguous = (a: string, b: string): boolean => {
  const both = [a, b].sort().join()
  return (
    /temperature.*temperature/.test(both) ||
    /^unit\^/.test(a) !== /^unit\^/.test(b) ||
    /months\^1.*,time\^1$|^months\^1,time\^1/.test(both) ||
    /currency:pound.*mass/.test(both) ||
    /^(currency:\w+\^1),\1 time\^-1$/.test(both)
  )
}

/** One side has a unit, or none has: agreed for counts, money and degrees, else only where the question names the unit. */
function oneUnit(prediction: Amount, reference: Amount, question: string | null): ValueComparison {
  const unit = isPlain(prediction.unit) ? reference.unit : prediction.unit
  const numbers = compareNumbers(prediction.of, reference.of)
  if (isPlain(unit) || numbers.sameness === 'unknown') return numbers
  if (unit.dimension === 'angle^1' && numbers.sameness === 'different') return sameAngle(prediction, reference)
  if (numbers.sameness === 'different') {
    // `8x` is not an amount of metres, and 540 metres are not 539 of anything.
    return numbers
  }
  if (/^(?:angle\^1|currency:\w+\^1|unit\^\d)$/.test(unit.dimension) || unit.dimension === '') return numbers
  if (question !== null && isNamedIn(question, unit)) return numbers
  return unknown(
    `only one side says ${unit.names.join(' ')}${question === null ? '' : ', and the question does not name it'}`,
  )
}

/** 90 degrees and π/2. */
function sameAngle(prediction: Amount, reference: Amount): ValueComparison {
  const inRadians = ({ of, unit }: Amount): Expression =>
    unit.dimension === ''
      ? of
      : {
          kind: 'product',
          factors: [
            of,
            { kind: 'number', value: multiply(unit.factor, fraction(1n, 180n)), decimals: 0 },
            { kind: 'constant', name: 'pi' },
          ],
        }
  const sameness = sameExpression(inRadians(prediction), inRadians(reference))
  return sameness === 'equal' ? equal : different()
}

/**
 * 50 %, 50 and 0.5 where the reference or the question says that a percentage is meant; else 50 % is one half.
 */
function samePercent(prediction: Amount, reference: Amount, question: string | null): ValueComparison {
  const [a, b] = [prediction.unit, reference.unit]
  if (a.percent !== 'none' && b.percent !== 'none') return compareNumbers(prediction.of, reference.of)
  const other = a.percent === 'none' ? a : b
  if (!isPlain(other)) return different('a percentage and an amount')
  const byValue = compareNumbers(
    a.percent === 'none' ? prediction.of : scaled(prediction),
    b.percent === 'none' ? reference.of : scaled(reference),
  )
  if (byValue.sameness === 'equal') return equal
  const asWritten = compareNumbers(prediction.of, reference.of)
  const isAgreed = b.percent !== 'none' || a.percent === 'of' || (question !== null && isNamedIn(question, a))
  return isAgreed ? asWritten : byValue
}

/** Numbers and expressions without their units. */
export function compareNumbers(prediction: Expression, reference: Expression): ValueComparison {
  if (isFormula(prediction) && isLiteral(reference)) return different('a formula that is left to be worked out')
  const [a, b] = [exactValue(prediction), exactValue(reference)]
  if (a !== null && b !== null) {
    if (basedOnly(prediction, reference)) return unknown('a number in another base')
    if (!isSame(a, b)) return isRounded(prediction, reference, a, b)
    return isEchoedPower(prediction) && isLiteral(reference)
      ? unknown('a power or root that is left to be worked out')
      : equal
  }
  const sameness = sameExpression(prediction, reference)
  if (sameness === 'equal')
    return isEchoedPower(prediction) && isLiteral(reference)
      ? unknown('a power or root that is left to be worked out')
      : equal
  if (sameness === 'unknown') return unknown('the two expressions could not be compared')
  return variablesOf(prediction).length + variablesOf(reference).length > 0
    ? different()
    : nearIrrational(prediction, reference)
}

function basedOnly(a: Expression, b: Expression): boolean {
  const [left, right] = [a, b].map((of) => (of.kind === 'based' ? of.base : 0))
  return left !== right && (left === 0 || right === 0)
}

/** One literal: a number, a fraction of two, with a sign. */
export function isLiteral(of: Expression): boolean {
  if (of.kind === 'negative') return isLiteral(of.of)
  if (of.kind === 'quotient') return of.top.kind === 'number' && of.bottom.kind === 'number'
  return of.kind === 'number'
}

/** Sums and products of numbers: the question's own formula, not its answer. A number times a power of ten is one. */
function isFormula(of: Expression): boolean {
  if (of.kind === 'negative') return isFormula(of.of)
  if (of.kind === 'quotient') return isFormula(of.top) || isFormula(of.bottom)
  if (of.kind !== 'sum' && of.kind !== 'product') return false
  if (isScientific(of) || variablesOf(of).length > 0) return false
  let isPlainArithmetic = true
  visit(of, ({ kind }) => {
    if (!['sum', 'product', 'quotient', 'negative', 'number', 'power'].includes(kind)) isPlainArithmetic = false
  })
  return isPlainArithmetic
}

function isScientific(of: Expression): boolean {
  if (of.kind !== 'product' || of.factors.length !== 2) return false
  const [mantissa, scale] = of.factors
  return (
    mantissa !== undefined &&
    isLiteral(mantissa) &&
    scale?.kind === 'power' &&
    scale.base.kind === 'number' &&
    isSame(scale.base.value, integer(10))
  )
}

function isEchoedPower(of: Expression): boolean {
  if (of.kind === 'negative') return isEchoedPower(of.of)
  if (of.kind === 'power') return of.base.kind === 'number' && !isSame(of.base.value, integer(10))
  return of.kind === 'call'
}

function decimalsOf(of: Expression): number | null {
  if (of.kind === 'negative') return decimalsOf(of.of)
  return of.kind === 'number' && (of.decimals > 0 || of.value.d !== 1n) ? of.decimals : null
}

/** Digits that a rounded or cut value must have before it counts as an exact one. */
const sureDigits = 6

/** Two values that are not the same may be the same rounded: to the reference's decimals, or a fraction written out. */
function isRounded(prediction: Expression, reference: Expression, a: Rational, b: Rational): ValueComparison {
  const [said, expected] = [decimalsOf(prediction), decimalsOf(reference)]
  const difference = absoluteOf(subtract(a, b))
  if (a.d === 1n && b.d === 1n) return different()
  if (said !== null && isNoise(difference, b, said)) return equal
  if (expected !== null && expected >= 2 && (said === null || said > expected))
    return compare(difference, half(expected)) <= 0 ? equal : different()
  if (said !== null && expected === null && b.d !== 1n) return roundedTo(difference, a, said)
  return different()
}

const half = (decimals: number): Rational => fraction(1n, 2n * 10n ** BigInt(decimals))

/** What floating point leaves: `3.3000000000000003`. */
function isNoise(difference: Rational, of: Rational, decimals: number): boolean {
  if (decimals < 10 || of.n === 0n) return false
  const relative = divide(difference, absoluteOf(of))
  return relative !== null && compare(relative, power(integer(10), -12n) ?? one) <= 0
}

function roundedTo(difference: Rational, written: Rational, decimals: number): ValueComparison {
  const isNear = compare(difference, half(decimals)) <= 0
  const digits = String((absoluteOf(written).n * 10n ** BigInt(decimals)) / written.d).replace(/^0+/, '').length
  if (decimals >= sureDigits || digits >= sureDigits) {
    const isCut = compare(difference, multiply(half(decimals), integer(2))) < 0
    return isNear || isCut ? equal : different()
  }
  return isNear && decimals >= 2 ? unknown('a rounded value of an exact one') : different()
}

/** A decimal for a root or a multiple of π. */
function nearIrrational(prediction: Expression, reference: Expression): ValueComparison {
  const [said, expected] = [decimalsOf(prediction), decimalsOf(reference)]
  if (said === null && expected === null) return different()
  const decimals = said ?? expected ?? 0
  const [written, exact] = said !== null ? [prediction, reference] : [reference, prediction]
  const value = exactValue(written)
  if (value === null || decimals < 2) return different()
  const isNear = isWithin(value, exact, half(decimals))
  if (!isNear) return different()
  const digits = String((absoluteOf(value).n * 10n ** BigInt(decimals)) / value.d).length
  return said === null || decimals >= sureDigits || digits >= sureDigits
    ? equal
    : unknown('a rounded value of an exact one')
}

function isWithin(value: Rational, of: Expression, by: Rational): boolean {
  const low: Expression = { kind: 'number', value: subtract(value, by), decimals: 0 }
  const high: Expression = { kind: 'number', value: add(value, by), decimals: 0 }
  const larger = sameExpression({ kind: 'call', name: 'max', args: [of, low] }, of)
  const smaller = sameExpression({ kind: 'call', name: 'min', args: [of, high] }, of)
  return larger === 'equal' && smaller === 'equal'
}
