/** Builds the passages of the reading problems: fact sentences, padded with sentences that say nothing of use. */
import type { Rng } from '../../../core/random.ts'

const fillers = [
  'The weather had been mild for several weeks.',
  'Most visitors come in the warmer months.',
  'A local paper wrote about it at length.',
  'Not everyone was pleased with how things went.',
  'The old records are kept in a small archive.',
  'Many people remember those days fondly.',
  'Some of the details were confirmed only later.',
  'There was a long discussion about the plans.',
  'The road there is narrow and winding.',
  'A short film about it was shown on television.',
  'Everyone agreed that it had been worth the effort.',
  'The coffee there is said to be excellent.',
  'Few outsiders know much about all this.',
  'The final report ran to many pages.',
  'It rained on and off for most of the day.',
  'Children from the nearby school often stop to look.',
] as const

const fewest = 60
const most = 150

function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length
}

/**
 * @param facts in the order of the passage; shuffle before where order does not matter.
 * @returns a passage of 60 to 150 words, or null when the facts alone are longer.
 */
export function passage(rng: Rng, facts: readonly string[]): string | null {
  const sentences = [...facts]
  const spare = rng.shuffle(fillers)
  const wanted = 1 + rng.integer(2)
  for (let i = 0; i < spare.length && (i < wanted || countWords(sentences.join(' ')) < fewest); i++) {
    sentences.splice(rng.integer(sentences.length + 1), 0, spare[i] as string)
  }
  const text = sentences.join(' ')
  const length = countWords(text)
  return length > most || length < fewest ? null : text
}

/** The shape of a level: hops of reasoning, and whether many other facts surround it. */
export function shape(level: number): { readonly hops: number; readonly isCrowded: boolean } {
  return { hops: level <= 2 ? 1 : level <= 4 ? 2 : 3, isCrowded: level === 2 || level === 4 }
}
