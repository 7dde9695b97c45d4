/** Reads a whole text as one value: an amount, a list, a tuple, a set, an interval, a relation, a matrix, a ratio. */
import { readAmounts } from './parse-amount.ts'
import { readExpression } from './parse-expression.ts'
import { rowEnd } from './plain-text.ts'
import { fraction, multiply } from './rational.ts'
import { nameOf, partsAt, relationAt, splitTop, unwrapped } from './split-tokens.ts'
import type { Bound, Expression, MathValue, Relation, ValueOfKind } from './syntax.ts'
import { TokenReader, Unread } from './token-reader.ts'
import { type CommaUse, type Token, tokensOf } from './tokens.ts'

/** All readings of a text in one spelling (`plainMath`), likeliest first; none where it is not understood. */
export function readValues(plain: string): MathValue[] {
  if (plain === '') return []
  const readings: MathValue[] = []
  for (const use of commaUses(plain)) {
    const tokens = tokensOf(plain, use)
    if (tokens === null || tokens.length === 0 || tokens.length > 400) continue
    try {
      readings.push(...readRow(tokens))
    } catch (error) {
      if (!(error instanceof Unread)) throw error
    }
  }
  return readings
}

function commaUses(text: string): CommaUse[] {
  const uses: CommaUse[] = ['groups']
  if (!/\d,\d/.test(text)) return uses
  if (/\d,\d{3}(?!\d)/.test(text) && /[([{]/.test(text)) uses.push('parts')
  if (/^[^,([{]*\d(?:,\d{1,2}|(?<=\.\d{3}),\d+)(?!\d)[^,\d]*$/.test(text)) uses.push('decimal')
  return uses
}

const separators = [',', ';', 'and', 'or', '⇒'] as const

function readRow(tokens: readonly Token[]): MathValue[] {
  const { parts, marks } = splitTop(tokens, separators)
  if (parts.length === 1) return readItem(tokens)
  // "..., and ...": a comma and a word part two items together.
  const filled = parts.filter((part) => part.length > 0)
  if (parts.some((part, at) => part.length === 0 && !['and', 'or'].includes(marks[at] ?? '')))
    throw new Unread('an empty item')
  const items = withoutDenials(filled.map((part) => likeliest(readItem(part))))
  if (items.length === 1) return [...items]
  const row: MathValue = { kind: 'collection', open: '', close: '', items }
  if (marks.every((mark) => mark === 'or') && items.every(isRange))
    return [{ kind: 'union', parts: items, operation: '∪' }]
  if (marks.every((mark) => mark === 'and') && items.every(isRange))
    return [{ kind: 'union', parts: items, operation: '∩' }]
  const sum = sumOfAmounts(items)
  return sum === null ? [row] : [sum, row]
}

/** "8, not 7" is 8. */
function withoutDenials(items: readonly MathValue[]): readonly MathValue[] {
  const stated = items.filter(
    ({ kind, ...value }) => kind !== 'relation' || !('relation' in value) || value.relation !== '≠',
  )
  return stated.length > 0 ? stated : items
}

function likeliest(readings: readonly MathValue[]): MathValue {
  const [first] = readings
  if (first === undefined) throw new Unread('an item is not understood')
  return first
}

function isRange(value: MathValue): boolean {
  return value.kind === 'interval' || value.kind === 'union'
}

/** `5 feet 3 inches`, `1 hour and 30 minutes`: amounts of one dimension, the larger unit first. */
export function sumOfAmounts(items: readonly MathValue[]): ValueOfKind<'amount'> | null {
  const amounts = items.filter((item) => item.kind === 'amount')
  const [first] = amounts
  if (first === undefined || amounts.length !== items.length || amounts.length < 2 || first.unit.dimension === '')
    return null
  for (const [at, { unit }] of amounts.entries()) {
    const before = amounts[at - 1]?.unit
    if (unit.dimension !== first.unit.dimension || unit.label !== '') return null
    if (before !== undefined && unit.factor.n * before.factor.d >= before.factor.n * unit.factor.d) return null
  }
  const terms = amounts.map(({ of, unit }): Expression => {
    const scale = multiply(unit.factor, fraction(first.unit.factor.d, first.unit.factor.n))
    return { kind: 'product', factors: [of, { kind: 'number', value: scale, decimals: 0 }] }
  })
  return { ...first, of: { kind: 'sum', terms } }
}

/** One item: `name = value`, a relation, a range, or a plain value. */
export function readItem(tokens: readonly Token[]): MathValue[] {
  const places = relationAt(tokens)
  if (places.length === 0) return readSide(tokens)
  const sides = partsAt(tokens, places)
  const relations = places.map((at) => tokens[at]?.text as string)
  const [left = [], right = []] = sides
  if (relations.every((relation) => ['=', '≈', '∈'].includes(relation))) return readEquation(sides, relations)
  if (relations.some((relation) => !['<', '>', '≤', '≥', '≠'].includes(relation)))
    throw new Unread('relations of several kinds')
  if (relations.length === 1) return [readRelation(left, relations[0] as Relation, right)]
  const range = relations.length === 2 ? readBetween(sides, relations as Relation[]) : null
  if (range === null) throw new Unread('a chain of relations')
  return [range]
}

function readEquation(sides: readonly (readonly Token[])[], relations: readonly string[]): MathValue[] {
  const [left = []] = sides
  const last = sides.at(-1) ?? []
  const name = nameOf(left)
  if (left.length === 0 || name !== null || isConstant(left) || relations.includes('∈')) {
    const values = readItem(last)
    if (name === null) return values
    return values.map((value) => (value.kind === 'amount' && value.name === null ? { ...value, name } : value))
  }
  if (sides.length !== 2) throw new Unread('a chain of equations')
  return [{ kind: 'relation', left: whole(left), relation: '=', right: whole(last) }]
}

/** `9 * 2` of `9 * 2 = 18`: the right side is the answer. */
function isConstant(tokens: readonly Token[]): boolean {
  return !tokens.some(({ kind }) => kind === 'word') && readSideOrNone(tokens) !== null
}

function readSideOrNone(tokens: readonly Token[]): MathValue | null {
  try {
    return readSide(tokens)[0] ?? null
  } catch (error) {
    if (error instanceof Unread) return null
    throw error
  }
}

function whole(tokens: readonly Token[]): Expression {
  const reader = new TokenReader([...tokens])
  const read = readExpression(reader)
  if (!reader.isDone) throw new Unread(`${reader.next?.text} is not understood here`)
  return read
}

const infinity: Expression = { kind: 'constant', name: 'infinity' }
const minusInfinity: Expression = { kind: 'negative', of: infinity }

/** `x < 5`, `5 < x` and `< 5` are ranges; other relations stay what they are. */
function readRelation(left: readonly Token[], relation: Relation, right: readonly Token[]): MathValue {
  if (relation === '≠') {
    const of =
      left.length === 0 || nameOf(left) !== null || !left.some(({ kind }) => kind === 'number')
        ? ({ kind: 'symbol', name: '' } as const)
        : whole(left)
    return { kind: 'relation', left: of, relation, right: amountOf(right) }
  }
  const [leftName, rightName] = [isPhrase(left) ? '' : nameOf(left), nameOf(right)]
  const isLess = relation === '<' || relation === '≤'
  const isIncluded = relation === '≤' || relation === '≥'
  if (leftName !== null) return range(amountOf(right), isIncluded, !isLess, leftName)
  if (rightName !== null) return range(amountOf(left), isIncluded, isLess, rightName)
  return { kind: 'relation', left: whole(left), relation, right: whole(right) }
}

/** "It is" of "It is < 8", or nothing. */
function isPhrase(tokens: readonly Token[]): boolean {
  return tokens.every(({ kind }) => kind === 'word') && (tokens.length !== 1 || (tokens[0]?.text.length ?? 0) > 1)
}

function range(at: Expression, isIncluded: boolean, isLow: boolean, of: string): MathValue {
  const bound: Bound = { at, isIncluded }
  const low = isLow ? bound : { at: minusInfinity, isIncluded: false }
  const high = isLow ? { at: infinity, isIncluded: false } : bound
  return { kind: 'interval', low, high, of: of === '' ? null : of }
}

/** The number of a bound; its unit plays no part in the range. */
function amountOf(tokens: readonly Token[]): Expression {
  const [value] = readAmounts(tokens)
  if (value === undefined) throw new Unread('a bound is not understood')
  return value.of
}

function readBetween(sides: readonly (readonly Token[])[], [first, second]: readonly Relation[]): MathValue | null {
  const [start = [], middle = [], end = []] = sides
  const isUp = (first === '<' || first === '≤') && (second === '<' || second === '≤')
  const isDown = (first === '>' || first === '≥') && (second === '>' || second === '≥')
  const of = nameOf(middle)
  if ((!isUp && !isDown) || of === null) return null
  const outer = { at: amountOf(start), isIncluded: first === '≤' || first === '≥' }
  const inner = { at: amountOf(end), isIncluded: second === '≤' || second === '≥' }
  return isUp ? { kind: 'interval', low: outer, high: inner, of } : { kind: 'interval', low: inner, high: outer, of }
}

/** A value without a name or relation. */
function readSide(tokens: readonly Token[]): MathValue[] {
  const sets = splitTop(tokens, ['∪', '∩'])
  if (sets.parts.length > 1) {
    if (new Set(sets.marks).size > 1) throw new Unread('a union with a section')
    const parts = sets.parts.map((part) => likeliest(readSide(part)))
    return [{ kind: 'union', parts, operation: sets.marks[0] as '∪' | '∩' }]
  }
  if (tokens.length === 1 && tokens[0]?.text === '∅')
    return [{ kind: 'collection', open: '\\{', close: '\\}', items: [] }]
  const inside = unwrapped(tokens)
  if (inside !== null) {
    const read = readBracketed(inside)
    if (read !== null) return read
  }
  if (tokens[0]?.kind === 'command' && tokens[0].text === 'begin') return [readMatrix(tokens)]
  const special = readOpposite(tokens) ?? readCompound(tokens)
  if (special !== null) return special
  const ratio = readRatio(tokens)
  return ratio === null ? readAmounts(tokens) : [ratio]
}

function readBracketed({
  open,
  close,
  inner,
}: {
  open: string
  close: string
  inner: readonly Token[]
}): MathValue[] | null {
  const { parts, marks } = splitTop(inner, [',', ';'])
  const isSet = open === '\\{'
  if (isSet && inner.length === 0) return [{ kind: 'collection', open, close, items: [] }]
  if (isSet) {
    const builder = splitTop(inner, ['|', ':'])
    if (builder.parts.length === 2) return readRow(builder.parts[1] ?? [])
  }
  const isRow = marks.length > 0
  if (!isRow && isSet) return [{ kind: 'collection', open, close, items: [likeliest(readItem(inner))] }]
  if (!isRow) return open === '|' || !/^[([{]$/.test(open) ? null : readOrNone(inner)
  return [{ kind: 'collection', open, close, items: parts.map((part) => likeliest(readItem(part))) }]
}

/** `-(5 cm)`, `-(1, 2)`: what the brackets hold, with the other sign. */
function readOpposite(tokens: readonly Token[]): MathValue[] | null {
  const [sign, ...rest] = tokens
  if (sign?.text !== '-' || unwrapped(rest) === null) return null
  const values = readSideOrNone(rest)
  return values === null ? null : [opposite(values)]
}

/** `5 ft 3 in`: amounts side by side. */
function readCompound(tokens: readonly Token[]): MathValue[] | null {
  const starts = tokens.flatMap(({ kind }, at) =>
    kind === 'number' && at > 0 && tokens[at - 1]?.kind === 'word' ? [at] : [],
  )
  if (starts.length === 0 || tokens.some(({ text }) => text === '^' || text === '_')) return null
  const parts = [0, ...starts].map((from, at) => readSideOrNone(tokens.slice(from, starts[at])))
  if (parts.some((part) => part === null)) return null
  const sum = sumOfAmounts(parts as MathValue[])
  return sum === null ? null : [sum]
}

function opposite(value: MathValue): MathValue {
  switch (value.kind) {
    case 'amount':
      return { ...value, of: { kind: 'negative', of: value.of } }
    case 'collection':
      return { ...value, items: value.items.map(opposite) }
    case 'matrix':
      return { ...value, rows: value.rows.map((row) => row.map(opposite)) }
    default:
      throw new Unread('a sign before a range')
  }
}

function readOrNone(tokens: readonly Token[]): MathValue[] | null {
  try {
    return readItem(tokens)
  } catch (error) {
    if (error instanceof Unread) return null
    throw error
  }
}

/** `\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}`. */
function readMatrix(tokens: readonly Token[]): MathValue {
  const name = tokens[2]?.text ?? ''
  const end = tokens.findIndex(({ kind, text }, at) => at > 3 && kind === 'command' && text === 'end')
  if (!/^(?:[pbB]?matrix|smallmatrix|array)$/.test(name) || end < 0 || end + 4 !== tokens.length)
    throw new Unread('an environment that is not a matrix')
  let from = 4
  if (name === 'array' && tokens[4]?.text === '{') from = tokens.findIndex(({ text }, at) => at > 4 && text === '}') + 1
  const rows = splitTop(tokens.slice(from, end), [rowEnd]).parts.filter((row) => row.length > 0)
  return {
    kind: 'matrix',
    rows: rows.map((row) => splitTop(row, ['&']).parts.map((cell) => likeliest(readItem(cell)))),
  }
}

function readRatio(tokens: readonly Token[]): MathValue | null {
  const { parts } = splitTop(tokens, [':'])
  if (parts.length < 2) return null
  return { kind: 'ratio', parts: parts.map(whole) }
}
