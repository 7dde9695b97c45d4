/** The report's words by language. */
import type { Language } from './language.ts'
import { chinese } from './words-chinese.ts'
import { english } from './words-english.ts'

export type { Language } from './language.ts'
export type Words = typeof english

export const words: Readonly<Record<Language, Words>> = { en: english, zh: chinese }
