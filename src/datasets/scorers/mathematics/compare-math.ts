/**
 * Whether two answers to a math problem are the same. A verdict needs both sides understood; everything else is left to
 * a judge, with the reason. Equality is one of values, before anything is normalised away. An answer that offers
 * alternatives ("12 or 13") is several values, and not one of them.
 */

import type { AnswerComparison } from '../answer-comparison.ts'
import { calendarItems, calendarKind, sameCalendarItem } from '../calendar-text.ts'
import { chosenLetter } from '../choices.ts'
import { finalAnswer, hasBox } from '../final-answer.ts'
import { holdsNumeral, withDigits } from './number-words.ts'
import { readValues } from './parse-value.ts'
import { plainMath } from './plain-text.ts'
import { onlyFormula, readStatement } from './read-statement.ts'
import { withRelations } from './relation-words.ts'
import { unknown, type ValueComparison } from './same-amount.ts'
import { sameValue } from './same-value.ts'
import type { MathValue } from './syntax.ts'
import { unitOf } from './unit-table.ts'

/**
 * @param prediction any text; its final answer is looked for.
 * @param reference the answer alone, or a text that boxes it.
 * @param question where it is known: it may name the unit that one side leaves out.
 */
export function compareMath(prediction: string, reference: string, question: string | null = null): AnswerComparison {
  const answer = finalAnswer(prediction)
  const expected = hasBox(reference) || reference.includes('####') ? finalAnswer(reference) : reference.trim()
  const read = { prediction: answer, reference: expected }
  if (answer === null) return { outcome: 'different', ...read, reason: 'no final answer' }
  if (expected === null || expected === '')
    return { outcome: 'not understood', ...read, reason: 'the reference says nothing' }
  const { sameness, why } = compareTexts(answer, expected, { question, isProse: !hasBox(prediction) })
  if (sameness === 'equal') return { outcome: 'equal', ...read, reason: 'equals the reference' }
  if (sameness === 'unknown') return { outcome: 'not understood', ...read, reason: why }
  const how = why === '' ? '' : ` (${why})`
  return { outcome: 'different', ...read, reason: `differs from the reference: ${answer.slice(0, 80)}${how}` }
}

interface Context {
  readonly question: string | null
  /** A final `!` may be one of prose. */
  readonly isProse: boolean
}

function compareTexts(answer: string, expected: string, { question, isProse }: Context): ValueComparison {
  const [plainAnswer, plainExpected] = [plainMath(answer), plainMath(expected)]
  const [said, wanted] = [textKey(plainAnswer), textKey(plainExpected)]
  if (said === wanted && said !== '') return { sameness: 'equal', why: '' }
  const formula = onlyFormula(answer)
  if (formula !== null && textKey(plainMath(formula)) === wanted && wanted !== '') return { sameness: 'equal', why: '' }
  const closed = closedAnswers(said, wanted)
  if (closed !== null) return closed
  const choice = sameChoice(plainAnswer, wanted)
  if (choice !== null) return choice
  const calendar = sameCalendar(answer, expected)
  if (calendar !== null) return calendar
  const references = readingsOf(plainExpected)
  if (references.length === 0)
    return unknown(`the reference is not understood as mathematics: ${expected.slice(0, 80)}`)
  const readings = readingsOf(plainAnswer)
  if (isProse && /[\d)]!$/.test(plainAnswer)) readings.push(...readingsOf(plainAnswer.slice(0, -1)))
  if (readings.length === 0) return unknown(`the answer is not understood as mathematics: ${answer.slice(0, 80)}`)
  const verdicts = readings.flatMap((reading) => references.map((value) => sameValue(reading, value, question)))
  return (
    verdicts.find(({ sameness }) => sameness === 'equal') ??
    verdicts.find(({ sameness }) => sameness === 'unknown') ??
    (verdicts[0] as ValueComparison)
  )
}

/** All readings of an answer in one spelling; none where it is not understood. */
function readingsOf(plain: string): MathValue[] {
  const spelled = /[a-z]{2}/i.test(plain) || holdsNumeral(plain) ? withRelations(withDigits(plain)) : plain
  const trimmed = withUnitFraction(spelled)
    .replace(/[.,;:]+$/, '')
    .trim()
  const whole = readValues(trimmed)
  // "two and a half" is one number, or two.
  const both = /^(-?\d+) and (\d+\/\d+|\\frac\{\d+\}\{\d+\})$/.exec(trimmed)
  if (both !== null) whole.unshift(...readValues(`${both[1]} ${both[2]}`))
  return whole.length > 0 ? whole : readStatement(trimmed)
}

/** `9.8 \frac{m}{s^2}`. */
function withUnitFraction(text: string): string {
  return text.replace(
    /(?<=\d\s*)\\frac\s*\{\s*([a-zA-Z]+)\s*\}\s*\{\s*([a-zA-Z]+)(\s*\^\s*\{?\d\}?)?\s*\}/g,
    (whole, top, bottom, power = '') =>
      unitOf(top) !== null && unitOf(bottom) !== null ? ` ${top}/${bottom}${power}` : whole,
  )
}

/** Yes and no, true and false, the letters of choices: two of a kind that differ are different. */
function closedAnswers(said: string, wanted: string): ValueComparison | null {
  const kinds = [/^(?:yes|no)$/i, /^(?:true|false)$/i, /^[A-J]$/]
  const isClosed = kinds.some((kind) => kind.test(said) && kind.test(wanted))
  return isClosed ? { sameness: 'different', why: '' } : null
}

/** The letter of a choice beside its text: `\textbf{(C)} 12` for C. */
function sameChoice(answer: string, wanted: string): ValueComparison | null {
  if (!/^[A-J]$/.test(wanted)) return null
  const chosen = chosenLetter(answer)
  if (chosen.kind !== 'one') return null
  return chosen.letter === wanted ? { sameness: 'equal', why: '' } : { sameness: 'different', why: '' }
}

/** @returns null where the reference is not a date, weekday or time, or may be something else as well. */
function sameCalendar(answer: string, expected: string): ValueComparison | null {
  const kind = calendarKind(expected)
  if (kind === null) return null
  const [wanted] = calendarItems(expected, kind)
  const said = [...new Set(calendarItems(answer, kind))]
  const stated = said.length > 1 ? [...new Set(calendarItems(afterCopula(answer), kind))] : said
  const [only] = stated
  const isRatio = kind === 'time' && !/[ap]\.?m/i.test(expected + answer)
  if (wanted !== undefined && only !== undefined && stated.length === 1 && sameCalendarItem(only, wanted))
    return { sameness: 'equal', why: '' }
  if (isRatio && /^\s*\d+\s*:\s*\d+/.test(expected)) return null
  if (only === undefined) return unknown(`no ${kind} in the answer`)
  if (kind === 'date' && only.startsWith('--') && !wanted?.startsWith('--') && only.slice(-6) === wanted?.slice(-6))
    return unknown('a date without its year')
  return { sameness: 'different', why: '' }
}

function afterCopula(text: string): string {
  const last = [...text.matchAll(/\b(?:is|are|was|were|be|on|at|it's|that's)\b/gi)].at(-1)
  return last === undefined ? text : text.slice(last.index + last[0].length)
}

/** Texts with one key are one text: spaces and spellings of LaTeX aside, nothing that carries meaning. */
function textKey(plain: string): string {
  const isWords = /^[\p{L}\s.()'-]+$/u.test(plain) && /\p{L}{2}/u.test(plain)
  const folded = isWords
    ? plain.toLowerCase().replace(/\s+/g, ' ').replace(/\.$/, '')
    : plain.replace(/(?<!\d)\s+|\s+(?!\d)/g, '')
  return folded
    .replace(/^\((\p{L})\)$/u, '$1')
    .replace(/\{(\w)\}/g, '$1')
    .replace(/\.$/, '')
    .trim()
}
