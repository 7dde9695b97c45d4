/** Whether two values that were both understood are the same. */
import { compareNumbers, different, equal, sameAmount, unknown, type ValueComparison } from './same-amount.ts'
import { exactValue, sameExpression, variablesOf, visit } from './same-expression.ts'
import type { Bound, Expression, MathValue, ValueOfKind } from './syntax.ts'
import { noUnit } from './units.ts'

type Collection = ValueOfKind<'collection'>

/** @param question names the unit that one side may leave out; null where it is not known. */
export function sameValue(prediction: MathValue, reference: MathValue, question: string | null): ValueComparison {
  const [a, b] = [expanded(prediction), expanded(reference)]
  if (a.kind === 'amount' && b.kind === 'amount') return sameAmount(a, b, question)
  if (a.kind === 'collection' && b.kind === 'collection') return sameCollection(a, b, question)
  if (a.kind === 'matrix' || b.kind === 'matrix') return sameMatrix(a, b, question)
  const [left, right] = [asRange(a), asRange(b)]
  if (left !== null && right !== null && (a.kind !== 'collection' || b.kind !== 'collection'))
    return sameRanges(left, right, question)
  if (a.kind === 'collection' && b.kind !== 'collection') return oneOf(a, b, question)
  if (b.kind === 'collection' && a.kind !== 'collection') return oneOf(b, a, question)
  if (a.kind === 'ratio' && b.kind === 'ratio') return sameRatio(a, b)
  if (a.kind === 'ratio' || b.kind === 'ratio') return unknown('a ratio and another value')
  if (a.kind === 'relation' || b.kind === 'relation') return sameRelation(a, b)
  return different('another kind of value')
}

/** An expression with `±` is two values. */
function expanded(value: MathValue): MathValue {
  if (value.kind !== 'amount' || !hasEither(value.of)) return value
  const signs = [true, false].map((isUpper): MathValue => ({ ...value, of: chosen(value.of, isUpper) }))
  return { kind: 'collection', open: '', close: '', items: signs }
}

function hasEither(of: Expression): boolean {
  let isThere = false
  visit(of, ({ kind }) => {
    if (kind === 'either') isThere = true
  })
  return isThere
}

function chosen(of: Expression, isUpper: boolean): Expression {
  const choose = (part: Expression): Expression => chosen(part, isUpper)
  switch (of.kind) {
    case 'either':
      return of.isLower === isUpper ? { kind: 'negative', of: choose(of.of) } : choose(of.of)
    case 'negative':
      return { ...of, of: choose(of.of) }
    case 'sum':
      return { ...of, terms: of.terms.map(choose) }
    case 'product':
      return { ...of, factors: of.factors.map(choose) }
    case 'quotient':
      return { ...of, top: choose(of.top), bottom: choose(of.bottom) }
    case 'power':
      return { ...of, base: choose(of.base), exponent: choose(of.exponent) }
    case 'call':
      return { ...of, args: of.args.map(choose) }
    default:
      return of
  }
}

const isSet = ({ open }: Collection): boolean => open === '\\{' || open === '{'

/** Where every item carries a name (`x = 5, y = 7`), the names are the order. */
function sameCollection(a: Collection, b: Collection, question: string | null): ValueComparison {
  const [left, right] = [flattened(a), flattened(b)]
  if (isSet(a) && isSet(b)) return inAnyOrder(distinct(left, question), distinct(right, question), question)
  if (left.length !== right.length) return different('another number of values')
  const order = inOrder(left, right, question)
  const isLoose = (one: Collection): boolean => isSet(one) || one.open === ''
  if (isLoose(a) && isLoose(b)) return inAnyOrder(left, right, question)
  if (isLoose(a) || isLoose(b)) {
    // A tuple written without its brackets; a pair in square brackets may be an interval.
    if (order.sameness === 'equal')
      return [a, b].some(({ open }) => open === '[' || isSet(a) || isSet(b)) ? unknown('other brackets') : equal
    return inAnyOrder(left, right, question).sameness === 'different' ? different() : unknown('another order')
  }
  if (order.sameness !== 'equal') return order
  if (a.open === b.open && a.close === b.close) return equal
  return left.length > 2 || a.open === '⟨' || b.open === '⟨' ? unknown('other brackets') : different('other brackets')
}

/** `±` inside a list adds both its values. */
function flattened({ items, open }: Collection): MathValue[] {
  return items.flatMap((item) => {
    const one = expanded(item)
    const isLoose = one !== item && one.kind === 'collection' && (open === '' || open === '\\{' || open === '{')
    return isLoose ? one.items : [one]
  })
}

function distinct(items: readonly MathValue[], question: string | null): MathValue[] {
  return items.filter(
    (item, at) => !items.slice(0, at).some((other) => sameValue(item, other, question).sameness === 'equal'),
  )
}

function inOrder(left: readonly MathValue[], right: readonly MathValue[], question: string | null): ValueComparison {
  if (left.length !== right.length) return different('another number of values')
  return allOf(left.map((item, at) => sameValue(item, right[at] as MathValue, question)))
}

function allOf(compared: readonly ValueComparison[]): ValueComparison {
  return (
    compared.find(({ sameness }) => sameness === 'different') ??
    compared.find(({ sameness }) => sameness === 'unknown') ??
    equal
  )
}

function inAnyOrder(left: readonly MathValue[], right: readonly MathValue[], question: string | null): ValueComparison {
  if (left.length !== right.length) return different('another number of values')
  const rest = [...right]
  let doubt: ValueComparison | null = null
  for (const item of left) {
    const verdicts = rest.map((other) => sameValue(item, other, question))
    const match = verdicts.findIndex(({ sameness }) => sameness === 'equal')
    if (match >= 0) rest.splice(match, 1)
    else if (verdicts.some(({ sameness }) => sameness === 'unknown'))
      doubt = verdicts.find(({ sameness }) => sameness === 'unknown') ?? doubt
    else return different()
  }
  return doubt ?? equal
}

/** One value in brackets is that value; several are not one. */
function oneOf(list: Collection, value: MathValue, question: string | null): ValueComparison {
  const [only] = list.items
  if (list.items.length === 1 && only !== undefined) return sameValue(only, value, question)
  if (value.kind === 'relation' || value.kind === 'ratio') return unknown('a list and a relation')
  return different('several values and one')
}

interface Span {
  readonly low: Bound
  readonly high: Bound
}

/** Intervals as ranges; `(2, 5]` is one too. */
function asRange(value: MathValue): Span[] | null {
  if (value.kind === 'interval') return [value]
  if (value.kind === 'union' && value.operation === '∪') {
    const parts = value.parts.map(asRange)
    return parts.some((part) => part === null) ? null : parts.flatMap((part) => part as Span[])
  }
  if (value.kind !== 'collection' || value.items.length !== 2 || !/^[([]$/.test(value.open)) return null
  const [low, high] = value.items
  if (low?.kind !== 'amount' || high?.kind !== 'amount') return null
  return [
    { low: { at: low.of, isIncluded: value.open === '[' }, high: { at: high.of, isIncluded: value.close === ']' } },
  ]
}

function sameRanges(a: readonly Span[], b: readonly Span[], question: string | null): ValueComparison {
  const asValues = (spans: readonly Span[]): MathValue[] =>
    spans.map(
      ({ low, high }): MathValue => ({
        kind: 'collection',
        open: low.isIncluded ? '[' : '(',
        close: high.isIncluded ? ']' : ')',
        items: [low, high].map(({ at }): MathValue => ({ kind: 'amount', of: at, unit: noUnit, name: null })),
      }),
    )
  const verdict = inAnyOrder(asValues(a), asValues(b), question)
  // The same set can be cut in another way.
  return verdict.sameness === 'different' && a.length !== b.length ? unknown('ranges cut in another way') : verdict
}

function sameMatrix(a: MathValue, b: MathValue, question: string | null): ValueComparison {
  const [left, right] = [rowsOf(a), rowsOf(b)]
  if (left === null || right === null)
    return isVector(a) || isVector(b) ? unknown('a matrix and another value') : different('another kind of value')
  if (left.length !== right.length || left.some((row, at) => row.length !== right[at]?.length))
    return different('another shape')
  return allOf(
    left.flatMap((row, at) => row.map((cell, column) => sameValue(cell, right[at]?.[column] as MathValue, question))),
  )
}

/** `[[1, 2], [3, 4]]` is a matrix too. */
function rowsOf(value: MathValue): readonly (readonly MathValue[])[] | null {
  if (value.kind === 'matrix') return value.rows
  if (value.kind !== 'collection') return null
  const rows = value.items.map((item) => (item.kind === 'collection' ? item.items : null))
  return rows.some((row) => row === null) ? null : (rows as (readonly MathValue[])[])
}

function isVector(value: MathValue): boolean {
  return value.kind === 'collection' || value.kind === 'relation'
}

function sameRatio(a: ValueOfKind<'ratio'>, b: ValueOfKind<'ratio'>): ValueComparison {
  if (a.parts.length !== b.parts.length) return different()
  const products = a.parts.slice(1).map((part, at) => {
    const left: Expression = { kind: 'product', factors: [a.parts[0] as Expression, b.parts[at + 1] as Expression] }
    const right: Expression = { kind: 'product', factors: [b.parts[0] as Expression, part] }
    return sameExpression(left, right)
  })
  if (!products.every((one) => one === 'equal'))
    return products.some((one) => one === 'different') ? different() : unknown('a ratio')
  const isWritten = a.parts.every((part, at) => sameExpression(part, b.parts[at] as Expression) === 'equal')
  return isWritten ? equal : unknown('a ratio in other numbers, or a time of day')
}

/** Equations are the same where one is a multiple of the other; else a judge must say. */
function sameRelation(a: MathValue, b: MathValue): ValueComparison {
  const [left, right] = [asRelation(a), asRelation(b)]
  if (left === null || right === null) {
    const isPlainNumber = [a, b].some((value) => value.kind === 'amount' && exactValue(value.of) !== null)
    const relation = a.kind === 'relation' ? a : b.kind === 'relation' ? b : null
    return isPlainNumber && relation?.relation !== '='
      ? different('a relation, not a value')
      : unknown('a relation and a value')
  }
  if (left.relation !== right.relation)
    return left.relation === '≠' || right.relation === '≠' ? different('another relation') : unknown('another relation')
  const [p, q] = [differenceOf(left), differenceOf(right)]
  if (compareNumbers(p, q).sameness === 'equal') return equal
  if (left.relation !== '=' && left.relation !== '≠') return unknown('relations that were not compared')
  const names = [...new Set([...variablesOf(p), ...variablesOf(q)])]
  const shift = (of: Expression): Expression => renamed(of, new Map(names.map((name) => [name, `${name}#`])))
  const isMultiple = sameExpression(
    { kind: 'product', factors: [p, shift(q)] },
    { kind: 'product', factors: [shift(p), q] },
  )
  return isMultiple === 'equal' ? equal : unknown('equations that were not compared')
}

function asRelation(value: MathValue): ValueOfKind<'relation'> | null {
  if (value.kind === 'relation') return value
  if (value.kind !== 'amount' || value.name === null || !/^\p{L}$/u.test(value.name)) return null
  return { kind: 'relation', left: { kind: 'symbol', name: value.name }, relation: '=', right: value.of }
}

function differenceOf({ left, right }: ValueOfKind<'relation'>): Expression {
  return { kind: 'sum', terms: [left, { kind: 'negative', of: right }] }
}

function renamed(of: Expression, names: ReadonlyMap<string, string>): Expression {
  const change = (part: Expression): Expression => renamed(part, names)
  switch (of.kind) {
    case 'symbol':
      return { kind: 'symbol', name: names.get(of.name) ?? of.name }
    case 'either':
    case 'negative':
      return { ...of, of: change(of.of) }
    case 'sum':
      return { ...of, terms: of.terms.map(change) }
    case 'product':
      return { ...of, factors: of.factors.map(change) }
    case 'quotient':
      return { ...of, top: change(of.top), bottom: change(of.bottom) }
    case 'power':
      return { ...of, base: change(of.base), exponent: change(of.exponent) }
    case 'call':
      return { ...of, args: of.args.map(change) }
    default:
      return of
  }
}
