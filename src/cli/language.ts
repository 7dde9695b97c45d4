/**
 * The language of the command line, chosen once from the environment. English unless it asks for Chinese. What programs
 * read (--json, files of a run but its reports, keys, names of metrics and events) never depends on it.
 */
import { BatonError } from '../core/failure.ts'
import type { Language } from '../reports/index.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** `BATON_LANGUAGE`, else the locale for messages as POSIX ranks its variables. @throws BatonError for an unknown language. */
export function languageOf(environment: Environment): Language {
  const asked = environment['BATON_LANGUAGE'] ?? ''
  if (asked === 'en' || asked === 'zh') return asked
  if (asked !== '') {
    throw new BatonError(`BATON_LANGUAGE must be en or zh (got ${JSON.stringify(asked)}).`, {
      boundary: 'config',
      code: 'language',
      hint: 'Set it to zh for Chinese, to en for English, or unset it: then LC_ALL, LC_MESSAGES and LANG decide.',
    })
  }
  const locale = [environment['LC_ALL'], environment['LC_MESSAGES'], environment['LANG']].find((value) => value)
  return /^zh(?![a-z])/i.test(locale ?? '') ? 'zh' : 'en'
}

let spoken: Language = 'en'
let translate: (english: string) => string | null = () => null

/** From now on every line is written in this language. */
export async function speak(language: Language): Promise<void> {
  translate = language === 'zh' ? (await import('./chinese/translate.ts')).translate : () => null
  spoken = language
}

export function spokenLanguage(): Language {
  return spoken
}

/** Words of one place in both languages; the Chinese have the type of the English, so that none can be missing. */
export function inLanguages<Words>(english: Words, chinese: NoInfer<Words>): () => Words {
  return () => (spoken === 'zh' ? chinese : english)
}

/** Sentences from below the command line, where they are English; null if the whole has no translation. */
export function translated(english: string): string | null {
  return translate(english)
}

/** The same, or the English text if there is no translation. */
export function said(english: string): string {
  return translate(english) ?? english
}
