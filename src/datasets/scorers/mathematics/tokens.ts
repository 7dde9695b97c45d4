/** Cuts plain mathematics into tokens. Numbers are read here: grouped in any usual form, decimal, with an exponent. */
import { hardComma, thinSpace } from './plain-text.ts'
import { fromDecimal, integer, multiply, power, type Rational } from './rational.ts'

export type Token =
  | {
      readonly kind: 'number'
      readonly text: string
      readonly value: Rational
      /** Digits after the point as written. */
      readonly decimals: number
      readonly isSpaced: boolean
    }
  /** `word`: letters of one script in a row. `command`: `\frac`, without the backslash. `mark`: one other character. */
  | { readonly kind: 'word' | 'command' | 'mark'; readonly text: string; readonly isSpaced: boolean }

/** How a comma between digits is taken: it groups thousands, it parts the items of a list, it is a decimal point. */
export type CommaUse = 'groups' | 'parts' | 'decimal'

const maxChars = 4000

const hard = `[${hardComma}${thinSpace}'_]`
const grouped = (mark: string): string => String.raw`\d{1,3}(?:${mark}\d{3})+(?!\d)(?:\.\d+)?`
const exponent = String.raw`(?:[eE][+-]?\d{1,4}(?![\p{L}\d.]))?`
const patterns: Readonly<Record<CommaUse, RegExp>> = {
  groups: numberPattern([grouped(','), String.raw`\d{1,2}(?:,\d{2})+,\d{3}(?![\d,])(?:\.\d+)?`]),
  parts: numberPattern([]),
  decimal: numberPattern([String.raw`\d{1,3}(?:[.${thinSpace}]\d{3})+,\d+(?!,)`, String.raw`\d+,\d+(?![\d,])`]),
}

function numberPattern(withCommas: readonly string[]): RegExp {
  const all = [
    ...withCommas,
    ...[hardComma, thinSpace, "'"].map(grouped),
    String.raw`\d{1,3}(?: \d{3})+(?![\d/]|\s*\/)(?:\.\d+)?`,
    String.raw`\d{1,3}(?:\.\d{3}){2,}(?![\d.])(?:,\d+)?`,
    String.raw`\d+\.?\d*`,
    String.raw`\.\d+`,
  ]
  return new RegExp(`(?:${all.join('|')})${exponent}`, 'yu')
}

/** @returns null where the text is too long. */
export function tokensOf(text: string, commaUse: CommaUse): Token[] | null {
  if (text.length > maxChars) return null
  const tokens: Token[] = []
  let isSpaced = false
  for (let at = 0; at < text.length; ) {
    const character = text[at] as string
    if (/\s/.test(character) || character === thinSpace) {
      isSpaced = true
      at += 1
      continue
    }
    const token = tokenAt(text, at, commaUse)
    tokens.push({ ...token, isSpaced })
    at += token.length
    isSpaced = false
  }
  return tokens
}

const word = /\p{L}+/uy
const command = /\\(?:[a-zA-Z]+\*?|.)/suy

type Cut = Token & { readonly length: number }

function tokenAt(text: string, at: number, commaUse: CommaUse): Cut {
  const next = text[at] as string
  if (/[\d.]/.test(next)) {
    const number = matchAt(patterns[commaUse], text, at)
    if (number !== null)
      return { kind: 'number', text: number, ...numberOf(number, commaUse), isSpaced: false, length: number.length }
  }
  const letters = matchAt(word, text, at)
  if (letters !== null) return { kind: 'word', text: letters, isSpaced: false, length: letters.length }
  const name = next === '\\' ? matchAt(command, text, at) : null
  if (name !== null) return { kind: 'command', text: name.slice(1), isSpaced: false, length: name.length }
  const mark = String.fromCodePoint(text.codePointAt(at) ?? 0)
  return { kind: 'mark', text: mark, isSpaced: false, length: mark.length }
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? null
}

const allHard = new RegExp(hard, 'g')

function numberOf(text: string, commaUse: CommaUse): { value: Rational; decimals: number } {
  const [digits = '', exponentText] = text.split(/[eE]/)
  const isManyPoints = digits.indexOf('.') !== digits.lastIndexOf('.')
  const usesComma = commaUse === 'decimal' && digits.includes(',')
  const bare = digits.replace(allHard, '').replaceAll(' ', '')
  const plain = isManyPoints || usesComma ? bare.replaceAll('.', '').replace(',', '.') : bare.replaceAll(',', '')
  const point = plain.indexOf('.')
  const decimals = point < 0 ? 0 : plain.length - point - 1
  const value = fromDecimal(plain.endsWith('.') ? plain.slice(0, -1) : plain)
  if (exponentText === undefined) return { value, decimals }
  const scale = power(integer(10), BigInt(exponentText))
  return {
    value: scale === null ? value : multiply(value, scale),
    decimals: Math.max(0, decimals - Number(exponentText)),
  }
}
