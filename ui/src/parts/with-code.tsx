/** Sentences of the reports. */
import type { ReactNode } from 'react'

/** The reports' own words: `code` between backticks. */
export function withCode(text: string): ReactNode[] {
  // biome-ignore lint/suspicious/noArrayIndexKey: parts of a sentence keep their places
  return text.split('`').map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part))
}
