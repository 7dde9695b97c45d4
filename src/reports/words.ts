/** The report's words by language. */
import type { Language } from './language.ts'
import type { RunReport } from './run-report.ts'
import { reportChinese } from './words-chinese.ts'
import { demonstrationWords } from './words-demonstrations.ts'
import { reportEnglish } from './words-english.ts'

export type { Language } from './language.ts'
export type Words = typeof reportEnglish

export const words: Readonly<Record<Language, Words>> = { en: reportEnglish, zh: reportChinese }

/** The words of a report, by what its policy learns. */
export function wordsOf({ environment }: Pick<RunReport, 'environment'>, own: Words): Words {
  return environment === 'demonstrations' ? demonstrationWords(own) : own
}
