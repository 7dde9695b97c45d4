/** Numbers in words: `twelve`, `twenty-one`, `three hundred and five`, `two thirds`, `minus eight`; Chinese numerals. */
import { fraction, integer, type Rational } from './rational.ts'

const small: Readonly<Record<string, number>> = Object.fromEntries(
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
    .split(' ')
    .map((word, value) => [word, value]),
)
const tens: Readonly<Record<string, number>> = Object.fromEntries(
  'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ').map((word, at) => [word, 20 + 10 * at]),
)
/** Words that multiply the number before them. */
export const magnitudes: Readonly<Record<string, bigint>> = {
  dozen: 12n,
  hundred: 100n,
  thousand: 1000n,
  lakh: 100_000n,
  million: 1_000_000n,
  crore: 10_000_000n,
  万: 10_000n,
  亿: 100_000_000n,
  billion: 1_000_000_000n,
  trillion: 1_000_000_000_000n,
  quadrillion: 1_000_000_000_000_000n,
}
const parts: Readonly<Record<string, bigint>> = {
  half: 2n,
  halve: 2n,
  third: 3n,
  quarter: 4n,
  fourth: 4n,
  fifth: 5n,
  sixth: 6n,
  seventh: 7n,
  eighth: 8n,
  ninth: 9n,
  tenth: 10n,
  twelfth: 12n,
  sixteenth: 16n,
  hundredth: 100n,
  thousandth: 1000n,
}

export function magnitudeOf(word: string): bigint | null {
  const plain = word.toLowerCase().replace(/s$/, '')
  return Object.hasOwn(magnitudes, plain) ? (magnitudes[plain] as bigint) : null
}

/** Whether a text holds a Chinese numeral. */
export function holdsNumeral(text: string): boolean {
  return chineseRun.test(text)
}

const counting = [...Object.keys(small), ...Object.keys(tens)].sort((a, b) => b.length - a.length).join('|')
const word = `${counting}|${Object.keys(magnitudes).join('|')}`
const partWord = `${Object.keys(parts)
  .filter((one) => one !== 'halve')
  .join('|')}|halve`
/** Begins with a number in words: "million" alone multiplies what precedes it. */
const run = new RegExp(
  String.raw`\b(?:(?:${counting}|an?\s+(?:${Object.keys(magnitudes).join('|')}))\b(?:(?:\s*-\s*|\s+(?:and\s+)?)(?:${word})\b)*|(?:an?|one)(?=[\s-]+(?:${partWord})s?\b)|half\b)(?:[\s-]+(?:of\s+an?\s+)?(?:${partWord})s?\b)?`,
  'gi',
)
/** `8 thirds`. */
const countedParts = new RegExp(String.raw`(?<![\d.,/{}])\b(\d+)[\s-]+((?:${partWord})s?)\b`, 'gi')
const signWord = /\b(?:negative|minus)\s+(?=[\d.\\(πe]|$)/gi

/** The text with its numbers in words as digits; the rest is unchanged. */
export function withDigits(text: string): string {
  if (!/[a-z]{3}/i.test(text) && !chineseRun.test(text)) return text
  return text
    .replace(run, (phrase) => {
      const value = worth(phrase)
      return value === null ? phrase : value.d === 1n ? String(value.n) : `\\frac{${value.n}}{${value.d}}`
    })
    .replace(
      /(?<![\p{L}\p{N}])[零一二两三四五六七八九十百千万亿]+(?![\p{L}\p{N}])/gu,
      (phrase) => chineseValue(phrase) ?? phrase,
    )
    .replace(countedParts, (_, count: string, name: string) => {
      const part = parts[name.toLowerCase().replace(/s$/, '')]
      return part === undefined ? `${count} ${name}` : `\\frac{${count}}{${part}}`
    })
    .replace(/\binfinity\b/gi, '∞')
    .replace(signWord, '-')
    .replace(/(?<=[\d)}a-z])\s+squared\b/gi, '^2')
    .replace(/(?<=[\d)}a-z])\s+cubed\b/gi, '^3')
}

function worth(phrase: string): Rational | null {
  const words = phrase
    .toLowerCase()
    .split(/[\s-]+/)
    .filter((one) => !['and', 'of'].includes(one))
  const last = (words.at(-1) ?? '').replace(/s$/, '')
  const part = Object.hasOwn(parts, last) ? parts[last] : undefined
  const counted = (part === undefined ? words : words.slice(0, -1)).filter((one) => one !== 'a' && one !== 'an')
  const count = counted.length === 0 ? 1n : countOf(counted)
  if (count === null) return null
  return part === undefined ? integer(count) : fraction(count, part)
}

/** Sums within a thousand, times the magnitudes that follow; null where the words do not make one number ("two three"). */
function countOf(words: readonly string[]): bigint | null {
  let total = 0n
  let group = 0n
  let isOpen = true
  let least = 1n << 62n
  for (const one of words) {
    const magnitude = magnitudeOf(one)
    if (magnitude !== null) {
      const scaled = (group === 0n ? 1n : group) * magnitude
      if (magnitude === 100n) group = scaled
      else {
        if (magnitude >= least) return null
        total += scaled
        least = magnitude
        group = 0n
      }
      isOpen = true
      continue
    }
    const value = BigInt(small[one] ?? tens[one] ?? -1)
    if (value < 0n) return null
    const unitsFree = group % 10n === 0n && group % 100n >= 20n && value > 0n && value < 10n
    if (!isOpen && !unitsFree) return null
    if (group % 100n !== 0n && !unitsFree) return null
    group += value
    isOpen = false
  }
  return total + group
}

const chineseRun = /(?<![\p{L}\p{N}])[零一二两三四五六七八九十百千万亿]+(?![\p{L}\p{N}])/u
const chineseDigits = '零一二三四五六七八九'
const chineseScale: Readonly<Record<string, bigint>> = { 十: 10n, 百: 100n, 千: 1000n }

function chineseValue(text: string): string | null {
  let total = 0n
  let section = 0n
  let digit: bigint | null = null
  for (const one of text) {
    const value = one === '两' ? 2 : chineseDigits.indexOf(one)
    const scale = chineseScale[one]
    if (value >= 0) {
      if (digit !== null && digit !== 0n) return null
      digit = BigInt(value)
    } else if (scale !== undefined) {
      section += (digit ?? 1n) * scale
      digit = null
    } else {
      total = (total + section + (digit ?? 0n)) * (one === '万' ? 10_000n : 100_000_000n)
      section = 0n
      digit = null
    }
  }
  return String(total + section + (digit ?? 0n))
}

/** The value of a magnitude's letter as people attach it to amounts: `8k`, `$3M`, `2bn`. */
export function attachedMagnitude(text: string): bigint | null {
  const letters: Readonly<Record<string, bigint>> = {
    k: 1000n,
    K: 1000n,
    M: 1_000_000n,
    mn: 1_000_000n,
    B: 1_000_000_000n,
    bn: 1_000_000_000n,
  }
  return Object.hasOwn(letters, text) ? (letters[text] as bigint) : null
}
