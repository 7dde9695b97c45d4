/**
 * Question answering: exact match after SQuAD's normalisation (arXiv:1606.05250), and letters of multiple
 * choice. A reference may list alternatives separated by `|` (DROP); a prediction may not.
 */
import { type CalendarKind, calendarItems, calendarKind, sameCalendarItem } from './calendar-text.ts'
import { finalAnswer } from './final-answer.ts'
import { compareMath, isAmount } from './mathematics/index.ts'

/** Lower case, without punctuation, articles and surplus white space. */
export function normaliseAnswer(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}\s]/gu, '')
    .replace(/\b(?:a|an|the)\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Whether the final answer is the reference, or one of its alternatives; a year less in a date does not matter. */
export function qaMatch(prediction: string, reference: string): boolean {
  const answer = finalAnswer(prediction)
  if (answer === null) return false
  const said = normaliseAnswer(answer)
  return alternativesOf(reference).some((wanted) => {
    const expected = normaliseAnswer(wanted)
    return expected !== '' && (said === expected || isSameDate(answer, wanted))
  })
}

export interface QaComparison {
  readonly isEqual: boolean
  /** False when the two differ in words and might still mean the same. */
  readonly isDecisive: boolean
}

/** A match, or a difference that needs no judge: yes and no, two numbers, two dates, two times, nothing said at all. */
export function compareQa(prediction: string, reference: string): QaComparison {
  if (qaMatch(prediction, reference)) return { isEqual: true, isDecisive: true }
  const answer = finalAnswer(prediction)
  if (answer === null) return { isEqual: false, isDecisive: true }
  const kind = closedKind(answer)
  const alternatives = alternativesOf(reference)
  if (kind === null || alternatives.some((wanted) => closedKind(wanted) !== kind))
    return { isEqual: false, isDecisive: false }
  if (kind === 'yes-no') return { isEqual: false, isDecisive: true }
  const outcomes = alternatives.map((wanted) => compareMath(answer, wanted).outcome)
  const isEqual = outcomes.includes('equal')
  return { isEqual, isDecisive: isEqual || outcomes.every((outcome) => outcome === 'different') }
}

/** The kind of an answer whose values are equal or not, without a third possibility. */
function closedKind(text: string): 'yes-no' | 'number' | CalendarKind | null {
  if (/^(?:yes|no)$/.test(normaliseAnswer(text))) return 'yes-no'
  return calendarKind(text) ?? (isAmount(text) ? 'number' : null)
}

function isSameDate(answer: string, wanted: string): boolean {
  if (calendarKind(answer) !== 'date' || calendarKind(wanted) !== 'date') return false
  const [said] = calendarItems(answer, 'date')
  const [expected] = calendarItems(wanted, 'date')
  return said !== undefined && expected !== undefined && sameCalendarItem(said, expected)
}

function alternativesOf(reference: string): string[] {
  const parts = reference.split('|').filter((part) => part.trim() !== '')
  return parts.length === 0 ? [reference] : parts
}

/** The letter that an answer chooses (`B`, `(b)`, `B) Paris`, `The answer is B.`); null for none or several. */
export function choiceLetter(prediction: string): string | null {
  const answer = finalAnswer(prediction)?.replace(/\\text\s*\{([^{}]*)\}/g, '$1') ?? ''
  const letters = [...answer.matchAll(/(?:^|[\s(["'*])([A-Z])(?=$|[\s)\].,:;"'*])/g)].map(([, letter]) => letter)
  const single = /^\(?([a-z])\)?[.:)]?$/i.exec(answer.trim())?.[1]?.toUpperCase()
  if (single !== undefined) return single
  // "A" and "I" are words too: they count only where they lead.
  const leading = /^\(?([A-Z])[).:](?:\s|$)/.exec(answer)?.[1]
  const distinct = [...new Set(letters)]
  if (distinct.length > 1) return null
  return leading ?? (distinct.length === 1 && !/^[AI]$/.test(distinct[0] ?? '') ? (distinct[0] ?? null) : null)
}

/** Whether a prediction chooses the letter of the reference, and only it. */
export function choiceMatch(prediction: string, reference: string): boolean {
  const wanted = choiceLetter(reference)
  return wanted !== null && choiceLetter(prediction) === wanted
}
