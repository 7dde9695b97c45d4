/**
 * Units: a table of names with dimension and factor, SI prefixes, powers, products and quotients. A word that is not a
 * unit may still be the label of a count ("64 clips"): labels have no dimension, and two different ones are not
 * compared.
 */

import { magnitudeOf } from './number-words.ts'
import { divide, fromDecimal, isSame, multiply, one, power, type Rational } from './rational.ts'
import type { Token } from './tokens.ts'
import { unitOf, wordsWithMeaning } from './unit-table.ts'

export interface MeasureUnit {
  /** Exponents of the base dimensions, in order of name: `length^2`, `currency:dollar^1 time^-1`; '' for none. */
  readonly dimension: string
  /** MathValue of one such unit in base units. */
  readonly factor: Rational
  /** As written, for the record and for asking whether a question names it. */
  readonly names: readonly string[]
  /** What is counted, where it is not a unit: `clips`. Lower case. */
  readonly label: string
  /** A percentage; `of` where the text says of what ("35 % of 200 people"). */
  readonly percent: 'none' | 'bare' | 'of'
  /** A temperature scale with its own zero: only the same scale is compared. */
  readonly scale: string
}

export const noUnit: MeasureUnit = { dimension: '', factor: one, names: [], label: '', percent: 'none', scale: '' }

interface Part {
  readonly exponents: ReadonlyMap<string, number>
  readonly factor: Rational
  readonly name: string
}

const maxWords = 8

/**
 * The unit that the tokens from `start` to their end write; null when they are more than a unit. An amount's label may
 * follow a unit or stand alone.
 */
export function readUnit(tokens: readonly Token[], start: number): MeasureUnit | null {
  const rest = tokens.slice(start)
  if (rest.length === 0) return noUnit
  const percent = readPercent(rest)
  if (percent !== null) return percent
  const reader = { tokens: rest, at: 0 }
  const parts: { part: Part; sign: number }[] = []
  let sign = 1
  for (;;) {
    const part = readPart(reader)
    if (part === null) break
    parts.push({ part, sign })
    const next = reader.tokens[reader.at]
    if (next === undefined) break
    if (next.text === '/' || /^(?:per|an?|each|every)$/i.test(next.text)) {
      sign = -1
      reader.at += 1
      while (/^(?:an?|the)$/i.test(reader.tokens[reader.at]?.text ?? '')) reader.at += 1
    } else if (next.text === '*' || next.text === '-') reader.at += 1
  }
  const label = readLabel(rest.slice(reader.at))
  if (label === null) return null
  return combined(parts, label)
}

function combined(parts: readonly { part: Part; sign: number }[], label: string): MeasureUnit | null {
  const exponents = new Map<string, number>()
  let factor = one
  for (const { part, sign } of parts) {
    for (const [base, exponent] of part.exponents) exponents.set(base, (exponents.get(base) ?? 0) + sign * exponent)
    const next = sign > 0 ? multiply(factor, part.factor) : divide(factor, part.factor)
    if (next === null) return null
    factor = next
  }
  const dimension = [...exponents]
    .filter(([, exponent]) => exponent !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([base, exponent]) => `${base}^${exponent}`)
    .join(' ')
  const names = parts.map(({ part }) => part.name)
  const scale = parts.length === 1 && /^temperature:/.test(dimension) ? dimension : ''
  return { dimension, factor, names, label, percent: 'none', scale }
}

function readPercent(rest: readonly Token[]): MeasureUnit | null {
  const words = rest.map(({ text }) => text.toLowerCase())
  const isPerCent = words[0] === 'per' && words[1] === 'cent'
  const isPermille = words[0] === '‰'
  if (!isPerCent && !isPermille && !['%', 'percent', 'pct', 'percentage'].includes(words[0] ?? '')) return null
  const after = rest.slice(isPerCent ? 2 : 1)
  const factor = fromDecimal(isPermille ? '0.001' : '0.01')
  if (after.length === 0) return { ...noUnit, factor, names: ['percent'], percent: 'bare' }
  if (after[0]?.text.toLowerCase() !== 'of' && !/^points?$/i.test(after[0]?.text ?? '')) return null
  return { ...noUnit, factor, names: ['percent'], percent: 'of' }
}

interface Reader {
  readonly tokens: readonly Token[]
  at: number
}

/** One unit with its power: `m`, `m^2`, `square meters`, `cm³`, `meters squared`. */
function readPart(reader: Reader): Part | null {
  const from = reader.at
  const before = powerWord(reader)
  const token = reader.tokens[reader.at]
  const unit = token === undefined ? null : unitOf(token.text)
  const longName = longUnit(reader)
  const found = longName ?? unit
  if (found === null || token === undefined) {
    reader.at = from
    return null
  }
  reader.at += longName === null ? 1 : longName.words
  const exponent = (before ?? 1) * (readExponent(reader) ?? powerAfter(reader) ?? 1)
  const factor = power(found.factor, BigInt(exponent))
  if (factor === null) return null
  const exponents = new Map([...found.exponents].map(([base, own]) => [base, own * exponent]))
  return { exponents, factor, name: `${exponent === 1 ? '' : `${exponent} `}${found.name}` }
}

/** Names of two words: `fluid ounces`, `light years`. */
function longUnit({ tokens, at }: Reader): (ReturnType<typeof unitOf> & { words: number }) | null {
  const [first, second] = [tokens[at], tokens[at + 1]]
  if (first?.kind !== 'word' || second?.kind !== 'word') return null
  const found = unitOf(`${first.text} ${second.text}`)
  return found === null ? null : { ...found, words: 2 }
}

function powerWord(reader: Reader): number | null {
  const found = { square: 2, sq: 2, cubic: 3, cu: 3 }[reader.tokens[reader.at]?.text.toLowerCase() ?? '']
  if (found === undefined) return null
  reader.at += reader.tokens[reader.at + 1]?.text === '.' ? 2 : 1
  return found
}

function powerAfter(reader: Reader): number | null {
  const found = { squared: 2, cubed: 3 }[reader.tokens[reader.at]?.text.toLowerCase() ?? '']
  if (found !== undefined) reader.at += 1
  return found ?? null
}

/** `^2`, `^{2}`, `^{-1}`, and `m2` written without a sign. */
function readExponent(reader: Reader): number | null {
  const { tokens } = reader
  const next = tokens.slice(reader.at, reader.at + 5).map((token) => token.text)
  const isRaised = next[0] === '^'
  const found = isRaised
    ? /^\^ (?:\{ )?(- )?(\d)(?: \}|(?! ?\S)|(?= [^}]))/.exec(next.join(' '))
    : /^()([23])(?!\S)/.exec(next.join(' '))
  if (found === null || (!isRaised && tokens[reader.at]?.isSpaced)) return null
  reader.at += found[0].split(' ').length
  return Number(found[2]) * (found[1] ? -1 : 1)
}

/** Words of what is counted; '' for none; null where they mean more than a label. */
function readLabel(tokens: readonly Token[]): string | null {
  const words: string[] = []
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind === 'mark' && ['.', ',', '(', ')', '-', "'", '/'].includes(text) && (at > 0 || text === '(')) continue
    if (kind !== 'word' || (text.length === 1 && !/^[aA]$/.test(text))) return null
    const plain = text.toLowerCase()
    if (wordsWithMeaning.has(plain) || magnitudeOf(plain) !== null) return null
    // Two letters without a vowel are symbols, not a word.
    if (text.length < 3 && words.length === 0 && /^\p{Script=Latin}+$/u.test(text)) return null
    words.push(plain)
  }
  return words.length > maxWords ? null : words.join(' ')
}

/** Whether two units are of one kind, so that amounts in them can be compared. */
export function isSameDimension(a: MeasureUnit, b: MeasureUnit): boolean {
  return a.dimension === b.dimension
}

export function isPlain(unit: MeasureUnit): boolean {
  return unit.dimension === '' && unit.percent === 'none' && isSame(unit.factor, one)
}

/** Whether a question names the unit that one side leaves out. */
export function isNamedIn(question: string, unit: MeasureUnit): boolean {
  const text = question.toLowerCase()
  if (unit.percent !== 'none') return /percent|per cent|%|pct/.test(text)
  const words = new Set(text.match(/\p{L}+/gu) ?? [])
  const counted = unit.names.map((name) => /^(-?\d) (.*)$/.exec(name) ?? ['', '1', name])
  return counted.every(([, exponent, name = '']) => {
    const wanted = unitOf(name)?.name
    const isThere = [...words].some((word) => unitOf(word)?.name === wanted && wanted !== undefined)
    const isRaised =
      exponent === '2'
        ? /squared?\b|area|sq\b|\^\{?2|²/.test(text)
        : exponent === '3'
          ? /cubic|cubed|volume|\^\{?3|³/.test(text)
          : true
    return isThere && isRaised
  })
}
