/** Reads a chain of events from a text: patterns are found wherever they occur and applied in the order of the text. */
import type { AnswerKind, Calculation, Line } from '../calculation.ts'

export interface EventPattern {
  readonly pattern: RegExp
  /** @param now name of the running value. @returns the expression of the value after the event, and a note. */
  readonly after: (now: string, match: RegExpMatchArray) => { readonly expression: string; readonly note: string }
}

interface Found {
  readonly index: number
  readonly end: number
  readonly event: EventPattern
  readonly match: RegExpMatchArray
}

/** Events in text order; of two that overlap the one that begins first stays. Patterns must carry the `g` flag. */
function find(text: string, events: readonly EventPattern[]): Found[] {
  const found: Found[] = []
  for (const event of events) {
    for (const match of text.matchAll(event.pattern))
      found.push({ index: match.index, end: match.index + match[0].length, event, match })
  }
  found.sort((a, b) => a.index - b.index || b.end - a.end)
  let reached = -1
  return found.filter((one) => {
    if (one.index < reached) return false
    reached = one.end
    return true
  })
}

interface SequenceOptions {
  readonly name: string
  readonly start: readonly Line[]
  readonly events: readonly EventPattern[]
  readonly kind?: AnswerKind
  readonly unit: string
}

/** Appends a line for every event found in `text` to the `start` lines. */
export function eventSteps(text: string, options: SequenceOptions): Calculation {
  const lines = [...options.start]
  for (const { event, match } of find(text, options.events)) {
    const now = lines[lines.length - 1]?.name ?? '0'
    const step = event.after(now, match)
    lines.push({ name: `${options.name}_${lines.length + 1}`, ...step })
  }
  return { lines, kind: options.kind ?? 'number', unit: options.unit }
}
