/**
 * The value that a sentence states: "The trip takes 12 hours in total." Only where it states one, and nothing in it says
 * that another is meant: a denial, an alternative or a condition makes it no statement.
 */
import { readValues } from './parse-value.ts'
import type { MathValue } from './syntax.ts'
import { wordsWithMeaning } from './unit-table.ts'

const doubtful =
  /\b(?:not|never|neither|nor|or|either|between|without|unless|instead|except|incorrect|wrong|cannot|if|than|mod|modulo|versus|vs|times|minus|plus|divided|half|twice|double|rather|false|least|most|unlikely|impossible)\b|n['’]t\b|[<>≤≥≠±∓→]/i

const segment = /\$([^$]+)\$|\\\(([\s\S]+?)\\\)|\\\[([\s\S]+?)\\\]/g

const copula =
  /\b(?:is|are|was|were|be|equals?|makes?|made|costs?|pays?|gets?|gives?|has|have|had|earns?|needs?|takes?|total(?:s|ling)?|of|on|at|it's|that's|spends?|left|there)\b|[:：]/gi

/** @param text in one spelling, delimiters of mathematics inside it kept. */
export function readStatement(text: string): MathValue[] {
  if (text.length > 600) return []
  const segments = [...text.matchAll(segment)].map((found) => ({
    at: found.index,
    whole: found[0],
    inner: (found[1] ?? found[2] ?? found[3] ?? '').trim(),
  }))
  const outside = text.replace(segment, ' ')
  if (segments.length > 0 && !/\d/.test(outside)) return fromSegments(text, segments, outside)
  const bare = text.replace(segment, ' $1$2$3 ').replace(/\s+/g, ' ').trim()
  if (doubtful.test(bare)) return []
  const equation = bare.lastIndexOf('=')
  const said = equation >= 0 ? [bare.slice(equation + 1)] : [bare, afterCopula(bare)]
  for (const part of said) {
    if (!/^\W*(?:\d|\\|[-(π√])/.test(part)) continue
    const values = leadingValue(part)
    if (values.length > 0) return values
  }
  return equation >= 0 ? [] : onlyNumber(bare)
}

interface Segment {
  readonly at: number
  readonly whole: string
  readonly inner: string
}

function fromSegments(text: string, segments: readonly Segment[], outside: string): MathValue[] {
  const last = segments.at(-1) as Segment
  const before =
    segments.length === 1
      ? null
      : text.slice((segments.at(-2)?.at ?? 0) + (segments.at(-2)?.whole.length ?? 0), last.at)
  const isJoined = before !== null && /^\s*(?:,|;|,?\s*(?:and|or))\s*$/i.test(before)
  if (isJoined) {
    const isRow = segments.slice(1).every((one, at) => {
      const previous = segments[at] as Segment
      return /^\s*(?:,|;|,?\s*(?:and|or))\s*$/i.test(text.slice(previous.at + previous.whole.length, one.at))
    })
    const rest = text.slice(last.at + last.whole.length)
    const lead = text.slice(0, segments[0]?.at)
    if (!isRow || doubtful.test(rest) || doubtful.test(lead)) return []
    return readValues(segments.map(({ inner }) => inner).join(', '))
  }
  if (doubtful.test(outside)) return []
  // Of several formulas the one behind a copula is the answer.
  if (before !== null && !/\b(?:is|are|was|equals?|be|gives?|get|have|makes?)\b[^.]*$|=\s*$/i.test(before)) return []
  const tail = text.slice(last.at + last.whole.length).replace(/[.\s]+$/, '')
  const withUnit = /^[\s\p{L}/^{}\d²³%\\]{1,40}$/u.test(tail) ? readValues(`${last.inner} ${tail}`) : []
  return withUnit.length > 0 ? withUnit : readValues(last.inner)
}

/** The one formula of a sentence that neither denies it nor holds another number; null where there are several. */
export function onlyFormula(text: string): string | null {
  if (!/[$\\]/.test(text)) return null
  const [only, another] = [...text.matchAll(segment)]
  const outside = text.replace(segment, ' ')
  if (only === undefined || another !== undefined || doubtful.test(outside) || /\d/.test(outside)) return null
  return only[1] ?? only[2] ?? only[3] ?? null
}

function afterCopula(text: string): string {
  const last = [...text.matchAll(copula)].at(-1)
  return last === undefined ? text : text.slice(last.index + last[0].length).trim()
}

const maxTries = 8
/** Words that begin a remark about the number before them, not a second number that counts. */
const remark =
  /^[,;]?\s*(?:on|in|by|at|during|after|for|each|every|from|out of|as|when|while|which|since|because|so|with|per)\b/i

/** The longest beginning that is a value, where nothing but a remark follows. */
function leadingValue(part: string): MathValue[] {
  const words = part.trim().split(/\s+/)
  const tries = Math.min(words.length, maxTries)
  for (let count = tries; count > 0; count--) {
    const values = readValues(
      words
        .slice(0, count)
        .join(' ')
        .replace(/[,.;:]+$/, ''),
    )
    if (values.length === 0) continue
    const rest = words.slice(count).join(' ')
    if (
      wordsWithMeaning.has((words[count] ?? '').toLowerCase().replace(/\W+$/, '')) &&
      !/[,.;:]$/.test(words[count - 1] ?? '')
    )
      return []
    const isHarmless = !/[\d=]/.test(rest) || (remark.test(rest) && /\p{L}{2}/u.test(words[count - 1] ?? ''))
    return isHarmless ? values : []
  }
  return []
}

/** The one number of the sentence, with the words behind it. */
function onlyNumber(text: string): MathValue[] {
  const numbers = [...text.matchAll(/[-$€£]?\s?(?<![\p{L}\d.])(?:\d[\d,.]*\d|\d)(?:\s*\/\s*\d+)?\s*%?/gu)]
  const [only] = numbers
  if (only === undefined || numbers.length > 1 || /^-\s/.test(only[0]) || /\p{L}\d|[\^_\\]/u.test(text)) return []
  const before = text.slice(0, only.index)
  if (!/(?:^|[\p{L},:"“.)]\s*)$/u.test(before)) return []
  // A hyphen that joins words is not a sign.
  const from = /\p{L}$/u.test(before) ? only.index + 1 : only.index
  return leadingValue(text.slice(from))
}
