/** Reads amounts: an expression with a currency in front and a unit, a percent sign or a label behind. */
import { attachedMagnitude, magnitudeOf } from './number-words.ts'
import { readExpression } from './parse-expression.ts'
import { isFunction } from './parse-function.ts'
import { integer, multiply } from './rational.ts'
import type { Expression, ValueOfKind } from './syntax.ts'
import { TokenReader, Unread } from './token-reader.ts'
import type { Token } from './tokens.ts'
import { unitOf } from './unit-table.ts'
import { type MeasureUnit, noUnit, readUnit } from './units.ts'

type Amount = ValueOfKind<'amount'>

/** All readings: `8m` is eight metres, and eight times m. @throws Unread. */
export function readAmounts(given: readonly Token[]): Amount[] {
  const { tokens, currency } = withoutCurrency(given)
  if (tokens.length === 0) throw new Unread('nothing to read')
  const counted = withMagnitudes(tokens, currency !== null)
  const readings = counted.flatMap((row) => readingsOf(row, currency))
  if (readings.length === 0) throw new Unread('no amount')
  return readings
}

function readingsOf(tokens: readonly Token[], currency: MeasureUnit | null): Amount[] {
  const withUnit = readWithUnit(tokens, currency)
  // Two letters and more are a unit, not a product of symbols.
  const isSure =
    withUnit !== null &&
    (withUnit.unit.names.every((name) => name.length > 1 && !isOneLetter(tokens)) || isSpacedUnit(tokens))
  if (withUnit !== null && isSure) return [withUnit]
  const alone = expressionOf(tokens)
  const readings = withUnit === null ? [] : [withUnit]
  if (alone !== null) readings.push({ kind: 'amount', of: alone, unit: currency ?? noUnit, name: null })
  return readings
}

function isOneLetter(tokens: readonly Token[]): boolean {
  return tokens.some(({ kind, text }) => kind === 'word' && text.length === 1)
}

/** `25 m`: a plain number, a space, a unit. */
function isSpacedUnit(tokens: readonly Token[]): boolean {
  const [first, second] = tokens[0]?.text === '-' ? tokens.slice(1) : tokens
  return first?.kind === 'number' && second?.kind === 'word' && second.isSpaced && unitOf(second.text) !== null
}

function readWithUnit(tokens: readonly Token[], currency: MeasureUnit | null): Amount | null {
  for (let at = 1; at < tokens.length; at++) {
    const token = tokens[at] as Token
    const opens =
      token.kind === 'word' ||
      (token.kind === 'mark' && ['%', '‰', '¢', '$', '€', '£', '¥', '₹', '(', 'Ω', 'ℓ'].includes(token.text))
    if (!opens || token.text === 'pi') continue
    const before = tokens[at - 1] as Token
    if (before.text === '^' || before.text === '_' || before.text === '{') continue
    const unit = readUnit(tokens, at)
    // The angle of `\sin 30^\circ`, not a sine in degrees.
    if (unit?.dimension === 'angle^1' && tokens.slice(0, at).some(isFunction)) continue
    if (unit === null) continue
    const of = expressionOf(tokens.slice(0, at))
    if (of === null) continue
    const both = currency === null ? unit : joined(currency, unit)
    return both === null ? null : { kind: 'amount', of, unit: both, name: null }
  }
  return null
}

/** `$18 per day`, `$5 dollars`. */
function joined(currency: MeasureUnit, unit: MeasureUnit): MeasureUnit | null {
  if (unit.dimension === '') return unit.percent === 'none' ? { ...currency, label: unit.label } : null
  if (unit.dimension === currency.dimension) return unit
  if (/currency/.test(unit.dimension)) return null
  const dimension = [currency.dimension, ...unit.dimension.split(' ')].sort().join(' ')
  return { ...unit, dimension, names: [...currency.names, ...unit.names] }
}

function expressionOf(tokens: readonly Token[]): Expression | null {
  const reader = new TokenReader([...tokens])
  try {
    const read = readExpression(reader)
    return reader.isDone ? read : null
  } catch (error) {
    if (error instanceof Unread) return null
    throw error
  }
}

const symbols = /^(?:\$|€|£|¥|₹|₽|₩|usd|eur|gbp|inr|rs|chf|us|cny|rmb)$/i

/** The sign and the currency in front: `-$5`, `$-5`, `US$5`, `USD 5`. */
function withoutCurrency(tokens: readonly Token[]): { tokens: readonly Token[]; currency: MeasureUnit | null } {
  let at = 0
  const sign = tokens[0]?.text === '-' || tokens[0]?.text === '+' ? [tokens[0]] : []
  at += sign.length
  const first = tokens[at]
  if (first === undefined || first.kind === 'number' || !symbols.test(first.text)) return { tokens, currency: null }
  const next = tokens[at + 1]
  const isDouble = /^us$/i.test(first.text) && next?.text === '$'
  if (/^us$/i.test(first.text) && !isDouble) return { tokens, currency: null }
  const rest = tokens.slice(at + (isDouble ? 2 : 1))
  if (rest[0]?.text === '.') rest.shift()
  const named = readUnit([isDouble ? (next as Token) : { ...first, text: first.text.toLowerCase() }], 0)
  if (named === null || rest.length === 0) return { tokens, currency: null }
  return { tokens: [...sign, ...rest] as readonly Token[], currency: named }
}

/** `8 million`, `8k`, `2.5 dozen`: with their values; a letter is also read as a symbol unless a currency leads. */
function withMagnitudes(tokens: readonly Token[], isMoney: boolean): (readonly Token[])[] {
  const row: Token[] = []
  let hasLetter = false
  for (const token of tokens) {
    const before = row.at(-1)
    const by = before?.kind === 'number' && token.kind === 'word' ? magnitudeOf(token.text) : null
    const letter =
      before?.kind === 'number' && token.kind === 'word' && (isMoney || !token.isSpaced)
        ? attachedMagnitude(token.text)
        : null
    const factor = by ?? letter
    if (before?.kind === 'number' && factor !== null) {
      hasLetter ||= by === null
      const zeros = String(factor).length - 1
      row[row.length - 1] = {
        ...before,
        value: multiply(before.value, integer(factor)),
        decimals: Math.max(0, before.decimals - zeros),
      }
    } else row.push(token)
  }
  return hasLetter && !isMoney ? [row, tokens] : [row]
}
