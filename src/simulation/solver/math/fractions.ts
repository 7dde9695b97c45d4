/** Reads stocks from which fractions are taken one after another. */

import { type Line, mathReading } from '../calculation.ts'
import type { Reader } from '../reading.ts'
import { type EventPattern, eventSteps } from './sequence.ts'

const tops: Readonly<Record<string, number>> = { a: 1, one: 1, two: 2, three: 3, four: 4, five: 5, seven: 7 }
const bottoms: Readonly<Record<string, number>> = {
  half: 2,
  third: 3,
  quarter: 4,
  fifth: 5,
  sixth: 6,
  eighth: 8,
  tenth: 10,
}

const opening = /(?:owns|there are|with) (\d+) ([a-z]+)/i

const events: readonly EventPattern[] = [
  {
    pattern:
      /(half|(?:a|one|two|three|four|five|seven) (?:third|quarter|fifth|sixth|eighth|tenth)s?) of (?:them|what it has)/gi,
    after: (now, m) => {
      const words = (m[1] as string).toLowerCase().split(' ')
      const top = words.length === 1 ? 1 : (tops[words[0] as string] ?? 1)
      const bottom = bottoms[(words[words.length - 1] as string).replace(/s$/, '')] ?? 1
      return { expression: `${now} - ${now} * ${top} / ${bottom}`, note: `Left after ${m[1]} are gone` }
    },
  },
  {
    pattern: /brings (\d+) new|buys (\d+) more/gi,
    after: (now, m) => ({ expression: `${now} + ${m[1] ?? m[2]}`, note: 'With the new ones' }),
  },
  {
    pattern: /(\d+) have to be thrown|(\d+) of them get lost/gi,
    after: (now, m) => ({ expression: `${now} - ${m[1] ?? m[2]}`, note: 'Without those lost' }),
  },
]

export const fractionsReader: Reader = {
  family: 'fractions',
  cues: ['in the end?', 'have left?'],
  read(text) {
    const match = opening.exec(text)
    if (match === null) return null
    const things = match[2] as string
    const start: Line[] = [{ name: 'stock', expression: match[1] as string, note: `${things} at first`, isGiven: true }]
    const calculation = eventSteps(text.slice(match.index + match[0].length), {
      name: 'stock',
      start,
      events,
      unit: things,
    })
    return calculation.lines.length > 1 ? mathReading('fractions', calculation) : null
  },
}
