/** The words of `baton show` by language. */
import type { Language } from '../../reports/index.ts'
import { showChinese } from './words-chinese.ts'
import { type ShowWords, showEnglish } from './words-english.ts'

export const showWords: Readonly<Record<Language, ShowWords>> = { en: showEnglish, zh: showChinese }
