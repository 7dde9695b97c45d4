/** The words of `baton show` by language. */
import type { Language } from '../../reports/index.ts'
import { showChinese } from './words-chinese.ts'
import { showEnglish } from './words-english.ts'

export type ShowWords = typeof showEnglish

export const showWords: Readonly<Record<Language, ShowWords>> = { en: showEnglish, zh: showChinese }
