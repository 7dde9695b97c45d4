/** The words of `baton show` by language. */
import type { Language } from '../../reports/index.ts'
import { chinese } from './words-chinese.ts'
import { english } from './words-english.ts'

export type ShowWords = typeof english

export const showWords: Readonly<Record<Language, ShowWords>> = { en: english, zh: chinese }
