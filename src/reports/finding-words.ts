/** A finding as sentences: what it is called, what was seen, what to do. One place for the words, terminal and reports. */
import type { FindingCode, FindingEpisode, FindingFacts, HealthFinding } from '../core/health/findings.ts'
import { chineseFindings } from './finding-words-chinese.ts'
import { englishFindings } from './finding-words-english.ts'
import type { Language } from './language.ts'

export interface FindingText {
  /** A few words, no full stop. */
  readonly title: string
  /** What was seen, with its numbers. */
  readonly message: string
  /** What to do about it. */
  readonly hint: string
}

export type FindingWords = {
  readonly [Code in FindingCode]: (facts: FindingFacts[Code]) => FindingText
} & {
  /** `steps 3 to 14`, `from step 3 on`, `before the first step`. */
  readonly held: (from: number, to: number | null) => string
}

const findingWords: Readonly<Record<Language, FindingWords>> = { en: englishFindings, zh: chineseFindings }

export function findingText(finding: HealthFinding, language: Language): FindingText {
  const say = findingWords[language][finding.code] as (facts: HealthFinding['facts']) => FindingText
  return say(finding.facts)
}

export function heldText({ from, to }: FindingEpisode, language: Language): string {
  return findingWords[language].held(from, to)
}
