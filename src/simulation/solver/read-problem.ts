/** Finds a generated problem in a text and reads it. Readers are tried by the phrases that occur in their problems. */
import { codeReaders } from './code/index.ts'
import { mathReaders } from './math/index.ts'
import { qaReaders } from './qa/index.ts'
import type { Reader, Reading } from './reading.ts'
import { tidy } from './tidy.ts'

/** The shipped problems, all splits, are 3,248. */
const mostRemembered = 4096
const remembered = new Map<string, Reading | null>()

function tryReaders(readers: readonly Reader[], text: string, lower: string): Reading | null {
  for (const reader of readers) {
    if (!reader.cues.some((cue) => lower.includes(cue))) continue
    const reading = reader.read(text)
    if (reading !== null) return reading
  }
  return null
}

function read(text: string): Reading | null {
  const plain = tidy(text)
  const lower = plain.toLowerCase()
  if (/python|`\w+\(/.test(lower)) {
    const reading = tryReaders(codeReaders, plain, lower)
    if (reading !== null) return reading
  }
  if (lower.includes('context:')) {
    const reading = tryReaders(qaReaders, plain, lower)
    if (reading !== null) return reading
  }
  return (
    tryReaders(mathReaders, plain, lower) ?? (lower.includes('context:') ? null : tryReaders(qaReaders, plain, lower))
  )
}

/** @returns null for a problem of no known family. The same text gives the same reading; recent ones are remembered. */
export function readProblem(text: string): Reading | null {
  const known = remembered.get(text)
  if (known !== undefined) return known
  const reading = read(text)
  if (remembered.size >= mostRemembered) remembered.clear()
  remembered.set(text, reading)
  return reading
}
