import { withDigits } from './number-words.ts'
import { readValues } from './parse-value.ts'
import { plainMath } from './plain-text.ts'
import { exactValue } from './same-expression.ts'

/** Whether the whole of a text is a number, with or without a known unit; a name that begins with one ("3 Doors Down") is none. */
export function isAmount(text: string): boolean {
  if (/\p{N}.*\s\p{Lu}\p{Ll}/u.test(text)) return false
  const [value] = readValues(withDigits(plainMath(text)).replace(/[.,]$/, ''))
  return value?.kind === 'amount' && value.unit.label === '' && exactValue(value.of) !== null
}
