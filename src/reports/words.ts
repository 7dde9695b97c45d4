/** The report's words by language. */
import type { Language } from './language.ts'
import { reportChinese } from './words-chinese.ts'
import { reportEnglish } from './words-english.ts'

export type { Language } from './language.ts'
export type Words = typeof reportEnglish

export const words: Readonly<Record<Language, Words>> = { en: reportEnglish, zh: reportChinese }
