/** The words of the chosen language, for every part of the page. */
import { createContext, useContext } from 'react'
import { chinese } from './chinese.ts'
import { english, type PageWords } from './english.ts'

export type { PageWords }
export type Language = 'en' | 'zh'

export const allWords: Readonly<Record<Language, PageWords>> = { en: english, zh: chinese }

export const WordsContext = createContext<PageWords>(english)

export function useWords(): PageWords {
  return useContext(WordsContext)
}
