/**
 * Question answering: whether an answer is the reference, by value where either side is a number or a date, by words
 * elsewhere. A reference may list alternatives separated by `|`; a prediction may not. What differs in words and might
 * still mean the same is left to a judge.
 */
import type { AnswerComparison } from './answer-comparison.ts'
import { compareDates, readDates } from './calendar-date.ts'
import { calendarItems, calendarKind } from './calendar-text.ts'
import { type AnswerChoices, choicesIn, chosenLetter, letterOfText } from './choices.ts'
import { finalAnswer } from './final-answer.ts'
import { compareMath, isAmount } from './mathematics/index.ts'
import { normaliseAnswer } from './normalise-answer.ts'
import { isOtherMark, isOtherVowel, isSameList } from './same-words.ts'

export interface QaContext {
  readonly question: string | null
  /** Where they are known apart from the question. */
  readonly choices?: AnswerChoices | null
}

type Outcome = AnswerComparison['outcome']

/** @param prediction any text; its final answer is looked for. */
export function compareQa(
  prediction: string,
  reference: string,
  { question, choices }: QaContext = { question: null },
): AnswerComparison {
  const options = choices ?? (question === null ? null : choicesIn(question))
  if (isLetter(reference) || (options !== null && letterOfText(reference, options) !== null))
    return compareChoice(prediction, reference, options)
  const answer = finalAnswer(prediction)
  const read = { prediction: answer, reference: reference.trim() }
  if (answer === null) return { outcome: 'different', ...read, reason: 'no answer' }
  if (normaliseAnswer(answer) === normaliseAnswer(reference) && answer.includes('|')) return { ...read, ...same }
  const compared = alternativesOf(reference).map((wanted) => compareOne(answer, wanted, question))
  const best =
    compared.find(({ outcome }) => outcome === 'equal') ??
    compared.find(({ outcome }) => outcome === 'not understood') ??
    compared.at(-1)
  return { ...read, outcome: best?.outcome ?? 'not understood', reason: best?.reason ?? '' }
}

interface Verdict {
  readonly outcome: Outcome
  readonly reason: string
}

const same: Verdict = { outcome: 'equal', reason: 'matches the reference' }
const other: Verdict = { outcome: 'different', reason: 'differs from the reference' }
const open = (reason: string): Verdict => ({ outcome: 'not understood', reason })

function compareOne(answer: string, wanted: string, question: string | null): Verdict {
  const [said, expected] = [normaliseAnswer(answer), normaliseAnswer(wanted)]
  if (expected === '') return open('the reference says nothing')
  const dates = compareCalendar(answer, wanted)
  if (dates !== null) return dates
  if (isAmount(answer) && isAmount(wanted)) {
    if (said === expected) return same
    const { outcome, reason } = compareMath(answer, wanted, question)
    return outcome === 'equal' ? same : outcome === 'different' ? other : open(reason)
  }
  if (said === expected) return same
  if (isYesOrNo(said) && isYesOrNo(expected)) return other
  if (isSameList(answer, wanted, question)) return { ...same, reason: 'has the same items' }
  if (isOtherMark(said, expected) || isOtherVowel(said, expected))
    return { ...other, reason: 'differs from the reference in a mark that changes the word' }
  if (isNameFromNumber(answer, wanted) || isNameFromNumber(wanted, answer))
    return { ...other, reason: 'a name that begins with a number, and a number' }
  return open('differs in words, and may mean the same')
}

const isYesOrNo = (text: string): boolean => text === 'yes' || text === 'no'

/** `3 Doors Down` and `3`. */
function isNameFromNumber(name: string, number: string): boolean {
  return (
    isAmount(number) &&
    readDates(name).length === 0 &&
    /^\p{N}[\p{N}.,]*\s*:?\s+\p{Lu}/u.test(name.trim()) &&
    !isAmount(name)
  )
}

/** Dates, weekdays and times; null where one side is none of them, or where one may be read in two ways. */
function compareCalendar(answer: string, wanted: string): Verdict | null {
  const [said, expected] = [readDates(answer), readDates(wanted)]
  if (said.length > 0 && expected.length > 0) {
    const outcomes = said.flatMap((one) => expected.map((another) => compareDates(one, another)))
    if (outcomes.every((outcome) => outcome === 'equal')) return same
    if (outcomes.every((outcome) => outcome === 'different')) return other
    if (normaliseAnswer(answer) === normaliseAnswer(wanted)) return same
    return open(outcomes.includes('unknown') ? 'a part of the date is missing' : 'day and month may be in either order')
  }
  const [year, number] = said.length > 0 ? [said[0], wanted] : [expected[0], answer]
  // "AD 300" and 300; before Christ the era must be said.
  if (
    year !== undefined &&
    year.month === null &&
    year.year !== null &&
    year.year > 0 &&
    normaliseAnswer(number) === String(year.year)
  )
    return same
  const kind = calendarKind(wanted)
  if (kind === null || kind === 'date' || calendarKind(answer) !== kind) return null
  return calendarItems(answer, kind)[0] === calendarItems(wanted, kind)[0] ? same : other
}

function alternativesOf(reference: string): string[] {
  return reference.split('|').filter((part) => part.trim() !== '')
}

/** The reference is the letter of a choice. */
function isLetter(reference: string): boolean {
  return /^\(?[A-J]\)?[.)]?$/.test(reference.trim())
}

/** A choice that is not read is left to the judge; several letters are not a choice. */
function compareChoice(prediction: string, reference: string, options: AnswerChoices | null): AnswerComparison {
  const answer = finalAnswer(prediction)
  const read = { prediction: answer, reference: reference.trim() }
  if (answer === null) return { outcome: 'different', ...read, reason: 'no answer' }
  const letter = isLetter(reference)
    ? reference.replace(/[^A-J]/g, '')
    : (letterOfText(reference, options ?? new Map()) as string)
  const chosen = chosenLetter(prediction)
  if (chosen.kind === 'several') return { outcome: 'different', ...read, reason: 'chooses several letters' }
  const chosenOne = chosen.kind === 'one' ? chosen.letter : options === null ? null : letterOfText(answer, options)
  if (chosenOne === null) {
    const isSameText = normaliseAnswer(answer) === normaliseAnswer(reference) && normaliseAnswer(answer) !== ''
    return isSameText
      ? { outcome: 'equal', ...read, reason: same.reason }
      : { outcome: 'not understood', ...read, reason: 'no choice was read in the answer' }
  }
  const isRight = chosenOne === letter
  return {
    outcome: isRight ? 'equal' : 'different',
    prediction: chosenOne,
    reference: letter,
    reason: isRight ? 'chooses the right letter' : 'chooses another letter',
  }
}

/** Something is left of the reference once it is compared: it can be scored. */
export function isScorableReference(reference: string): boolean {
  return isLetter(reference) || alternativesOf(reference).some((part) => normaliseAnswer(part) !== '')
}
