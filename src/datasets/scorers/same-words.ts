/** Texts in words of which it can be said, without knowing what they mean, that they are one answer or two. */
import { normaliseAnswer } from './normalise-answer.ts'

/** `C++`, `C#`, `C`; `A+`, `A-`: the same letters with other marks are other names. @param said normalised, as `expected`. */
export function isOtherMark(said: string, expected: string): boolean {
  const letters = (text: string): string => text.replace(/(?<=[\p{L}+#])[+#]+|(?<=(?:^|\s)\p{L})-(?=$|\s)/gu, '')
  return said !== expected && letters(said) === letters(expected) && !/\s/.test(said.trim())
}

/** Vowel signs of the scripts of India by their place in the script's block; short and long ones are often confused. */
const vowels: Readonly<Record<number, string>> = {
  62: 'a',
  ...{ 63: 'i', 64: 'i', 65: 'u', 66: 'u', 67: 'r', 68: 'r' },
  ...{ 70: 'e', 71: 'e', 72: 'e', 74: 'o', 75: 'o', 76: 'o' },
}
/** Signs that one word is written with and without: nasals, dots, and vowels of foreign words. */
const optional: ReadonlySet<number> = new Set([0x00, 0x01, 0x02, 0x03, 0x3c, 0x45, 0x49, 0x4d])

/** `दिन` (day) and `दान` (gift): the same consonants with other vowels are other words. */
export function isOtherVowel(said: string, expected: string): boolean {
  const [one, other] = [indicParts(said), indicParts(expected)]
  return one !== null && other !== null && one.consonants === other.consonants && one.vowels !== other.vowels
}

/** null for a text that is not one word of such a script, or that holds a sign which may be left out. */
function indicParts(text: string): { consonants: string; vowels: string } | null {
  let consonants = ''
  let signs = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    const place = code & 0x7f
    if (code < 0x0900 || code > 0x0d7f || optional.has(place)) return null
    const vowel = vowels[place]
    if (vowel === undefined) {
      consonants += character
      signs += '.'
    } else signs += vowel
  }
  return consonants === '' ? null : { consonants, vowels: signs }
}

const separators = /\s*(?:,\s*(?:and|&)\s+|[,;\n]|\s+(?:and|&)\s+)\s*/i
const ordered =
  /\b(?:order|rank(?:ed|ing)?|sequence|chronological\w*|first to last|ascending|descending|sort(?:ed)?)\b/i

/** The same items in another order, where the question asks for none. Of two items, one side must say "and". */
export function isSameList(said: string, expected: string, question: string | null): boolean {
  if (question !== null && ordered.test(question)) return false
  const [one, other] = [said, expected].map((text) => text.split(separators).map(normaliseAnswer).filter(Boolean))
  if (one === undefined || other === undefined || one.length !== other.length || one.length < 2) return false
  if (one.length === 2 && ![said, expected].some((text) => /;|\n|\s(?:and|&)\s/i.test(text))) return false
  return one.toSorted().join('\n') === other.toSorted().join('\n')
}
