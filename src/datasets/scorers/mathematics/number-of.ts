import { finalAnswer } from '../final-answer.ts'
import { evaluateDecimal } from './evaluate-decimal.ts'
import { withDigits } from './number-words.ts'
import { readValues } from './parse-value.ts'
import { plainMath } from './plain-text.ts'
import { TooLarge } from './rational.ts'

/**
 * The one real number that the final answer of a text is, without its unit: how far two answers are from each other is
 * no question of a verdict (`compare-math.ts`), and no verdict rests on it.
 * @returns null where the answer is no number.
 */
export function numberOf(text: string): number | null {
  const answer = finalAnswer(text)
  if (answer === null) return null
  const [value] = readValues(withDigits(plainMath(answer)).replace(/[.,]$/, ''))
  if (value?.kind !== 'amount') return null
  try {
    const found = evaluateDecimal(value.of, new Map())
    return found?.im.isZero() === true ? found.re.toNumber() : null
  } catch (error) {
    if (error instanceof TooLarge) return null
    throw error
  }
}
