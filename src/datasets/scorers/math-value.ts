/** A final answer as a value: number with unit, list, or text. One text can be read in several ways (`1,2`). */
import { evaluateExpression, type NumberLiteral, readNumber } from './numeric-expression.ts'

export type MathValue =
  | {
      readonly kind: 'number'
      readonly value: number
      readonly decimals: number
      /** Written out as one literal, fraction or mixed number, nothing left to work out. */
      readonly isLiteral: boolean
      readonly isPercent: boolean
      /** Words after the number, singular, lower case; empty when there are none. */
      readonly unit: readonly string[]
    }
  | {
      readonly kind: 'list'
      /** Opening and closing bracket as written; '' for a bare list. `{}` and bare lists have no order. */
      readonly open: string
      readonly close: string
      readonly items: readonly string[]
    }
  | { readonly kind: 'text'; readonly text: string }

/** LaTeX wrapping, spacing and typographic signs taken off; the mathematics left as it is. */
export function plainMath(text: string): string {
  return text
    .trim()
    .replace(/^\\[([]([\s\S]*)\\[)\]]$/, '$1')
    .replace(/^\$+([^$]*)\$+$/, '$1')
    .replace(/\\\$/g, '$')
    .replace(/\\(?:text|textbf|textit|mathrm|mathbf|mbox|operatorname)\s*\{([^{}]*)\}/g, ' $1 ')
    .replace(/\\(?:left|right|displaystyle|bigl?|bigr?|Bigl?|Bigr?)(?![a-zA-Z])/g, '')
    .replace(/\\[,;:! ]|~/g, ' ')
    .replace(/\\[dtc]frac/g, '\\frac')
    .replace(/\\%/g, '%')
    .replace(/\^\s*\{?\s*\\circ\s*\}?|°/g, ' degrees ')
    .replace(/[−–—]/g, '-')
    .replace(/½/g, ' 1/2')
    .replace(/¼/g, ' 1/4')
    .replace(/¾/g, ' 3/4')
    .replace(/\\(?:approx|sim|quad|qquad)(?![a-zA-Z])/g, ' ')
    .replace(/[\u00a0\u2009\u202f]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

/** All readings of a text, likeliest first. */
export function readMathValues(text: string): MathValue[] {
  const plain = withoutName(plainMath(text))
  const values: MathValue[] = []
  const number = readQuantity(plain)
  if (number !== null) values.push(number)
  const list = readList(plain)
  if (list !== null) values.push(list)
  if (values.length === 0) {
    const value = evaluateExpression(plain)
    if (value !== null)
      values.push({ kind: 'number', value, decimals: 0, isLiteral: false, isPercent: false, unit: [] })
  }
  return values.length > 0 ? values : [{ kind: 'text', text: plain }]
}

/** `x = 5` is 5; `f(x) = 2x` keeps its right side as well. */
function withoutName(text: string): string {
  return text.replace(/^[a-zA-Z](?:_\{?\w+\}?)?(?:\([a-z]\))?\s*(?:=|\\in(?![a-z])|≈)\s*/, '').trim()
}

const currency = /^([+-]?)\s*(?:([$€£¥])|(usd|eur|gbp)\s)\s*/i
const latexQuantity = String.raw`[+-]?\s*\d*\s*\\frac\s*(?:\{[^{}]*\}|\d)\s*(?:\{[^{}]*\}|\d)`
const powerOfTen = String.raw`(?:e[+-]?\d+|(?:x|×|\*|\\times|\\cdot)\s*10\s*\^\s*\{?[+-]?\d+\}?)`
const quantity = new RegExp(
  String.raw`^(${latexQuantity}|[+-]?\s*[\d.,]+(?:\s*${powerOfTen})?(?:\s+\d+)?(?:\s*\/\s*[\d.,]+)?)\s*(.*)$`,
  'i',
)
const currencyNames: Readonly<Record<string, string>> = {
  $: 'dollar',
  '€': 'euro',
  '£': 'pound',
  '¥': 'yen',
  usd: 'dollar',
  eur: 'euro',
  gbp: 'pound',
}

/** A number with an optional currency in front and an optional unit behind; null when there is more to it. */
export function readQuantity(text: string): (MathValue & { readonly kind: 'number' }) | null {
  const money = currency.exec(text)
  const amount = money === null ? text : `${money[1] ?? ''}${text.slice(money[0].length)}`
  const [, digits = '', rest = ''] = quantity.exec(amount) ?? []
  const compact = digits.replace(/^([+-])\s+/, '$1').replace(/[.,]$/, '')
  const number: NumberLiteral | null = readNumber(compact) ?? readDecimalComma(compact)
  if (number === null || /^[-+*/^(=!\\]/.test(rest)) return null
  const isPercent = /^(?:%|percent\b|per cent\b)/i.test(rest)
  const unit = readUnit(isPercent ? rest.replace(/^(?:%|percent|per cent)/i, '') : rest)
  if (unit === null) return null
  const symbol = money?.[2] ?? money?.[3]?.toLowerCase()
  const name = symbol === undefined ? [] : [currencyNames[symbol] ?? symbol]
  const { value, decimals } = number
  return { kind: 'number', value, decimals, isLiteral: true, isPercent, unit: [...name, ...unit] }
}

/** `12,5` as written in much of the world. `12,345` is twelve thousand. */
function readDecimalComma(text: string): NumberLiteral | null {
  return /^[+-]?\d+,\d{1,2}$/.test(text) ? readNumber(text.replace(',', '.')) : null
}

const maxUnitWords = 6

/** Words of a unit; null when the text is more than a unit (digits, alternatives, sentences). */
function readUnit(text: string): string[] | null {
  const plain = text.replace(/[.!]+$/, '').replace(/[$€£¥]/g, (symbol) => currencyNames[symbol] ?? '')
  if (/\d/.test(plain.replace(/\^\s*\{?[23]\}?/g, '')) || /[=<>{}[\]]/.test(plain.replace(/\^\s*\{[23]\}/g, '')))
    return null
  const words = plain
    .toLowerCase()
    .replace(/\^\s*\{?([23])\}?/g, ' pow$1 ')
    .split(/[\s/,()-]+/)
    .filter((word) => word !== '' && word !== 'per' && word !== 'of' && word !== 'a')
  if (words.length > maxUnitWords || words.some((word) => /^(?:or|and|either|nor|to)$/.test(word))) return null
  return words.map(singular)
}

const sameUnits: Readonly<Record<string, string>> = {
  metre: 'meter',
  m: 'meter',
  kilometre: 'kilometer',
  km: 'kilometer',
  centimetre: 'centimeter',
  cm: 'centimeter',
  litre: 'liter',
  l: 'liter',
  kg: 'kilogram',
  g: 'gram',
  gramme: 'gram',
  hr: 'hour',
  h: 'hour',
  min: 'minute',
  sec: 'second',
  s: 'second',
  feet: 'foot',
  ft: 'foot',
  inche: 'inch',
  in: 'inch',
  sq: 'square',
}

function singular(word: string): string {
  const stem = word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word
  return sameUnits[stem] ?? stem
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/** A tuple, interval, set or bare list of two or more items, split at top-level commas, semicolons, "and", "or". */
function readList(text: string): (MathValue & { readonly kind: 'list' }) | null {
  const plain = text.replace(/\\([{}])/g, '$1')
  const first = plain[0] ?? ''
  const last = plain.at(-1) ?? ''
  const isBracketed = first in closing && /[)\]}]/.test(last) && isOneGroup(plain)
  const inner = isBracketed ? plain.slice(1, -1) : plain
  // Outside brackets a comma between digit and three digits belongs to a number.
  const items = splitTopLevel(isBracketed ? inner : inner.replace(/(\d),(?=\d{3}(?!\d))/g, '$1'))
    .map((item) => withoutName(item.trim()))
    .filter((item) => item !== '')
  if (items.length < 2 || items.some((item) => item.length > 60)) return null
  return { kind: 'list', open: isBracketed ? first : '', close: isBracketed ? last : '', items }
}

function isOneGroup(text: string): boolean {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    if (/[([{]/.test(text[i] as string)) depth += 1
    else if (/[)\]}]/.test(text[i] as string) && --depth === 0 && i < text.length - 1) return false
  }
  return depth === 0
}

function splitTopLevel(text: string): string[] {
  const items: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i < text.length; i++) {
    if (/[([{]/.test(text[i] as string)) depth += 1
    else if (/[)\]}]/.test(text[i] as string)) depth -= 1
    const separator = depth > 0 ? null : /^(?:[,;]\s*(?:and\b|or\b)?|\s+(?:and|or)\s+)/.exec(text.slice(i, i + 12))
    if (separator === null) continue
    items.push(text.slice(start, i))
    i += separator[0].length - 1
    start = i + 1
  }
  return [...items, text.slice(start)]
}
