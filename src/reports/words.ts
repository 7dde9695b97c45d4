/** The report's words by language. */
import type { Language } from './language.ts'
import { reportChinese } from './words-chinese.ts'
import { demonstrationWords } from './words-demonstrations.ts'
import { reportEnglish, type Words } from './words-english.ts'

export type { Language } from './language.ts'
export type { Words } from './words-english.ts'

export const words: Readonly<Record<Language, Words>> = { en: reportEnglish, zh: reportChinese }

/** The words of a report, by what its policy learns. */
export function wordsOf({ environment }: { readonly environment: string }, own: Words): Words {
  return environment === 'demonstrations' ? demonstrationWords(own) : own
}
