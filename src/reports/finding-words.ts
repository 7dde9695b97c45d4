/** A finding as sentences: what it is called, what was seen, what to do. One place for the words, terminal and reports. */
import type { FindingEpisode, HealthFinding } from '../core/health/findings.ts'
import type { FindingText, FindingWords } from './finding-text.ts'
import { chineseFindings } from './finding-words-chinese.ts'
import { englishFindings } from './finding-words-english.ts'
import type { Language } from './language.ts'

const findingWords: Readonly<Record<Language, FindingWords>> = { en: englishFindings, zh: chineseFindings }

export function findingText(finding: HealthFinding, language: Language): FindingText {
  const say = findingWords[language][finding.code] as (facts: HealthFinding['facts']) => FindingText
  return say(finding.facts)
}

export function heldText({ from, to }: FindingEpisode, language: Language): string {
  return findingWords[language].held(from, to)
}
