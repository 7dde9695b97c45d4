/**
 * Whether two answers to a math problem are the same. Exact where it can be: numbers, lists and intervals, dates,
 * weekdays, times. What it cannot decide (an algebraic expression in another form) it says so, and a judge may.
 * It covers no symbolic algebra. An answer that offers alternatives ("12 or 13") is wrong whatever it names.
 */
import { type CalendarKind, calendarItems, calendarKind, sameCalendarItem } from './calendar-text.ts'
import { finalAnswer } from './final-answer.ts'
import { type MathValue, plainMath, readMathValues, readQuantity } from './math-value.ts'

export interface MathComparison {
  readonly isEqual: boolean
  /** False when the two differ as text and the reference is of a kind that text alone does not settle. */
  readonly isDecisive: boolean
  /** What was taken for the prediction's final answer; null when there is none. */
  readonly answer: string | null
}

/** Numbers that are not both whole are equal within this, relative to the larger one. */
const relativeTolerance = 1e-6

/** @param prediction any text; its final answer is looked for. @param reference the answer alone, or a text that boxes it. */
export function compareMath(prediction: string, reference: string): MathComparison {
  const answer = finalAnswer(prediction)
  const expected = finalAnswer(reference)
  if (answer === null || expected === null) return { isEqual: false, isDecisive: true, answer }
  const kind = calendarKind(expected)
  if (kind !== null) return { isEqual: isSameCalendar(answer, expected, kind), isDecisive: true, answer }
  const references = readMathValues(expected)
  const isSettled = references.every((value) => value.kind !== 'text') && references.every(isNumeric)
  const expectsNumber = references.length === 1 && references[0]?.kind === 'number'
  const readings = expectsNumber ? numberReadings(answer) : readMathValues(answer)
  const isEqual = readings.some((reading) => references.some((value) => isSameValue(reading, value)))
  return { isEqual, isDecisive: isEqual || isSettled, answer }
}

/** `compareMath` where only a sure yes counts. */
export function mathEqual(prediction: string, reference: string): boolean {
  return compareMath(prediction, reference).isEqual
}

function isNumeric(value: MathValue): boolean {
  if (value.kind === 'number') return true
  return (
    value.kind === 'list' && value.items.every((item) => readMathValues(item).every(({ kind }) => kind === 'number'))
  )
}

function isSameCalendar(answer: string, expected: string, kind: CalendarKind): boolean {
  const [wanted] = calendarItems(expected, kind)
  const said = new Set(calendarItems(answer, kind))
  const stated = said.size > 1 ? new Set(calendarItems(afterCopula(answer), kind)) : said
  const [only] = stated
  return wanted !== undefined && only !== undefined && stated.size === 1 && sameCalendarItem(only, wanted)
}

/** Readings of an answer that should be one number: the whole of it, else the one number its sentence states. */
function numberReadings(answer: string): MathValue[] {
  const whole = readMathValues(answer)
  if (whole.some(isNumeric)) return whole
  const plain = plainMath(answer)
  const isOpening = /^[$€£]?\s*[-+]?[\d.]/.test(plain)
  for (const part of isOpening && !plain.includes('=') ? [plain] : [afterLast(plain, '='), afterCopula(plain), plain]) {
    const value = part === null ? null : statedNumber(part)
    if (value !== null) return [value]
    if (part !== null && part !== plain && /\d/.test(part)) return whole
  }
  return whole
}

const copula =
  /\b(?:is|are|was|were|be|equals?|makes?|made|costs?|pays?|gets?|has|have|earns?|needs?|takes?|total(?:s|ling)?|of|on|at|it's|that's)\b/gi

function afterCopula(text: string): string {
  const last = [...text.matchAll(copula)].at(-1)
  return last === undefined ? text : text.slice(last.index + last[0].length)
}

function afterLast(text: string, mark: string): string | null {
  const at = text.lastIndexOf(mark)
  return at < 0 ? null : text.slice(at + mark.length)
}

const numberInText = /[$€£]?\s*[-+]?(?<![\w.])(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:\s+\d+\/\d+|\s*\/\s*\d+)?\s*%?/g

/** The number of a phrase that states exactly one; of several the first if it opens the phrase; null for alternatives. */
function statedNumber(phrase: string): MathValue | null {
  const whole = readQuantity(phrase.trim())
  if (whole !== null) return whole
  const found = [...phrase.matchAll(numberInText)]
  const [first, second] = found
  if (first === undefined) return null
  if (second !== undefined) {
    const between = phrase.slice(first.index + first[0].length, second.index)
    const isOpening = phrase.slice(0, first.index).trim() === ''
    if (!isOpening || /^[^.]{0,40}\b(?:or|and|to|nor)\b|^\W*$/i.test(between)) return null
  }
  return readQuantity(first[0].trim())
}

function isSameValue(prediction: MathValue, reference: MathValue): boolean {
  if (reference.kind === 'number') return prediction.kind === 'number' && isSameNumber(prediction, reference)
  if (reference.kind === 'list') return prediction.kind === 'list' && isSameList(prediction, reference)
  return prediction.kind === 'text' && textKey(prediction.text) === textKey(reference.text)
}

type NumberValue = MathValue & { readonly kind: 'number' }
type ListValue = MathValue & { readonly kind: 'list' }

function isSameNumber(prediction: NumberValue, reference: NumberValue): boolean {
  // A plain number is expected as one: an echoed formula is not an answer.
  if (reference.isLiteral && !prediction.isLiteral && Number.isInteger(reference.value)) return false
  if (!isSameUnit(prediction.unit, reference.unit)) return false
  const readings = prediction.isPercent && !reference.isPercent ? [1, 0.01] : [1]
  const expected = reference.isPercent && !prediction.isPercent ? [1, 0.01] : [1]
  return readings.some((factor) =>
    expected.some((other) => isClose(prediction.value * factor, reference.value * other, reference.decimals)),
  )
}

/** Within the tolerance, or equal once rounded to the two or more decimals that the reference is given with. */
function isClose(value: number, expected: number, decimals: number): boolean {
  // Counting is exact, however large the count.
  if (Number.isInteger(value) && Number.isInteger(expected)) return value === expected
  if (Math.abs(value - expected) <= relativeTolerance * Math.max(Math.abs(value), Math.abs(expected))) return true
  return decimals >= 2 && Math.abs(value - expected) <= 0.5 * 10 ** -decimals * (1 + 1e-9)
}

/** Units agree when one side has none or names a part of the other's (`dollars`, `dollars per day`). */
function isSameUnit(a: readonly string[], b: readonly string[]): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  return short.every((word) => long.includes(word))
}

function isSameList(prediction: ListValue, reference: ListValue): boolean {
  if (prediction.items.length !== reference.items.length) return false
  const hasBothBrackets = prediction.open !== '' && reference.open !== ''
  if (hasBothBrackets && (prediction.open !== reference.open || prediction.close !== reference.close)) return false
  if (reference.open === '(' || reference.open === '[')
    return prediction.items.every((item, i) => isSameItem(item, reference.items[i] as string))
  const left = [...reference.items]
  return prediction.items.every((item) => {
    const match = left.findIndex((other) => isSameItem(item, other))
    if (match >= 0) left.splice(match, 1)
    return match >= 0
  })
}

function isSameItem(a: string, b: string): boolean {
  const readings = readMathValues(a)
  return readMathValues(b).some((value) => readings.some((reading) => isSameValue(reading, value)))
}

function textKey(text: string): string {
  return text
    .toLowerCase()
    .replace(/\\(?=[a-z])/g, '')
    .replace(/^\((\w)\)$/, '$1')
    .replace(/[\s{}$*]/g, '')
    .replace(/[.]+$/, '')
}
