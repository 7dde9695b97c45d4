/** Reads trips: hours at a speed, further legs, detours; distance or time is asked. */

import { type Line, mathReading } from '../calculation.ts'
import type { Reader } from '../reading.ts'
import { type EventPattern, eventSteps } from './sequence.ts'

const leg = /(\d+) hours? at (\d+) kilomet(?:re|er)s (?:per|an) hour/i

const events: readonly EventPattern[] = [
  {
    pattern: new RegExp(leg, 'gi'),
    after: (now, m) => ({ expression: `${now} + ${m[1]} * ${m[2]}`, note: 'With the next leg' }),
  },
  {
    pattern: /detour adds (\d+) kilomet|makes the way (\d+) kilomet/gi,
    after: (now, m) => ({ expression: `${now} + ${m[1] ?? m[2]}`, note: 'With the way round' }),
  },
  {
    pattern: /(\d+) kilomet\w+ (?:were|are) counted twice|ferry covers (\d+) kilomet/gi,
    after: (now, m) => ({ expression: `${now} - ${m[1] ?? m[2]}`, note: 'Without the part that does not count' }),
  },
  {
    pattern: /(?:how many hours does the same way take at|same distance at a steady) (\d+) kilomet/gi,
    after: (now, m) => ({ expression: `${now} / ${m[1]}`, note: 'Hours for this way' }),
  },
]

export const travelReader: Reader = {
  family: 'travel',
  cues: ['per hour', 'an hour'],
  read(text) {
    const match = leg.exec(text)
    if (match === null) return null
    const start: Line[] = [{ name: 'way', expression: `${match[1]} * ${match[2]}`, note: 'The first leg' }]
    const rest = text.slice(match.index + match[0].length)
    const unit = /how many hours/i.test(rest) ? 'hours' : 'kilometres'
    return mathReading('travel', eventSteps(rest, { name: 'way', start, events, unit }))
  },
}
