import type { FindingCode, FindingFacts } from '../core/health/findings.ts'

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
