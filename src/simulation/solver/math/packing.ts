/** Reads packing into boxes: what is left over, full boxes, boxes needed. */

import { type Line, mathReading } from '../calculation.ts'
import type { Reader } from '../reading.ts'
import { type EventPattern, eventSteps } from './sequence.ts'

const openings: readonly [pattern: RegExp, startAt: number, sizeAt: number][] = [
  [/has (\d+) [a-z]+ to pack into boxes of (\d+)/i, 1, 2],
  [/boxes hold (\d+) [a-z]+(?: each)?,? and \w+ has (\d+)/i, 2, 1],
  [/into boxes of (\d+) and starts with (\d+)/i, 2, 1],
]

const events: readonly EventPattern[] = [
  {
    pattern: /(?:gets|then) (\d+) more|(\d+) more arrive/gi,
    after: (now, m) => ({ expression: `${now} + ${m[1] ?? m[2]}`, note: 'With the new ones' }),
  },
  {
    pattern: /gives away (\d+)|(\d+) of them turn out/gi,
    after: (now, m) => ({ expression: `${now} - ${m[1] ?? m[2]}`, note: 'Without those that are gone' }),
  },
  {
    pattern: /(\d+) (?:more )?crates with (\d+) in each/gi,
    after: (now, m) => ({ expression: `${now} + ${m[1]} * ${m[2]}`, note: 'With the crates' }),
  },
]

export const packingReader: Reader = {
  family: 'packing',
  cues: ['boxes'],
  read(text) {
    for (const [pattern, startAt, sizeAt] of openings) {
      const match = pattern.exec(text)
      if (match === null) continue
      const size = match[sizeAt] as string
      const start: Line[] = [{ name: 'count', expression: match[startAt] as string, note: 'At first', isGiven: true }]
      const calculation = eventSteps(text.slice(match.index + match[0].length), {
        name: 'count',
        start,
        events,
        unit: '',
      })
      const now = calculation.lines[calculation.lines.length - 1]?.name as string
      const last: Line = /left over|remain outside/i.test(text)
        ? { name: 'left', expression: `${now} % ${size}`, note: 'Left over' }
        : /full boxes|completely full/i.test(text)
          ? { name: 'full', expression: `${now} // ${size}`, note: 'Full boxes' }
          : { name: 'needed', expression: `(${now} + ${size} - 1) // ${size}`, note: 'Boxes needed' }
      return mathReading('packing', { ...calculation, lines: [...calculation.lines, last] })
    }
    return null
  },
}
