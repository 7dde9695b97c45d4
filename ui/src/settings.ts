/** What the reader chose, kept in the browser: language and colours. `?lang=zh&theme=dark` in the address chooses too. */
import { useEffect, useState, useSyncExternalStore } from 'react'
import type { Language } from './words/index.ts'

export type Theme = 'system' | 'light' | 'dark'

function stored<Value extends string>(key: string, values: readonly Value[]): Value | null {
  const asked = new URLSearchParams(location.search).get(key)
  const kept = asked ?? localStorage.getItem(`baton-${key}`)
  return values.find((value) => value === kept) ?? null
}

export function useLanguage(): [Language, (language: Language) => void] {
  const [language, setLanguage] = useState<Language>(
    () => stored('lang', ['en', 'zh']) ?? (navigator.language.startsWith('zh') ? 'zh' : 'en'),
  )
  useEffect(() => {
    document.documentElement.lang = language
    localStorage.setItem('baton-lang', language)
  }, [language])
  return [language, setLanguage]
}

const darkScheme = matchMedia('(prefers-color-scheme: dark)')

function subscribe(listener: () => void): () => void {
  darkScheme.addEventListener('change', listener)
  return () => darkScheme.removeEventListener('change', listener)
}

export function useTheme(): { theme: Theme; isDark: boolean; setTheme: (theme: Theme) => void } {
  const [theme, setTheme] = useState<Theme>(() => stored('theme', ['system', 'light', 'dark']) ?? 'system')
  const isSystemDark = useSyncExternalStore(subscribe, () => darkScheme.matches)
  const isDark = theme === 'dark' || (theme === 'system' && isSystemDark)
  // Before the charts read the colours of the style sheet.
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light'
  useEffect(() => localStorage.setItem('baton-theme', theme), [theme])
  return { theme, isDark, setTheme }
}
