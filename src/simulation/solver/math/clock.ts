/** Reads times of day: a departure and what takes time after it. */

import { type Line, mathReading } from '../calculation.ts'
import type { Reader } from '../reading.ts'
import { type EventPattern, eventSteps } from './sequence.ts'

const opening = /(?:leaves [a-z]+ at|^at|[.\s]at) (\d{1,2}):(\d{2})/i
const span = String.raw`(?:(\d+) hours?)?(?: and )?(?:(\d+) minutes?)?`

function after(note: string): EventPattern['after'] {
  return (now, m) => ({
    expression:
      m[1] === undefined
        ? `${now} + ${m[2]}`
        : m[2] === undefined
          ? `${now} + ${m[1]} * 60`
          : `${now} + ${m[1]} * 60 + ${m[2]}`,
    note,
  })
}

const events: readonly EventPattern[] = [
  {
    pattern: new RegExp(`(?:travels for|train to [a-z]+ takes|drive takes) ${span}`, 'gi'),
    after: after('After the first ride'),
  },
  { pattern: new RegExp(`(?:wait of|stop of) ${span}`, 'gi'), after: after('After the pause') },
  { pattern: new RegExp(`(?:from there takes|ride lasts) ${span}`, 'gi'), after: after('After the next ride') },
  { pattern: new RegExp(`(?:failure costs|on the way) ${span}`, 'gi'), after: after('With the time lost') },
]

export const clockReader: Reader = {
  family: 'clock',
  cues: ['24-hour clock', 'hours and minutes'],
  read(text) {
    const match = opening.exec(text)
    if (match === null) return null
    const start: Line[] = [
      {
        name: 'minute',
        expression: `${Number(match[1])} * 60 + ${Number(match[2])}`,
        note: 'Departure in minutes of the day',
        isGiven: true,
      },
    ]
    const calculation = eventSteps(text.slice(match.index + match[0].length), {
      name: 'minute',
      start,
      events,
      kind: 'clock',
      unit: '',
    })
    return calculation.lines.length > 1 ? mathReading('clock', calculation) : null
  },
}
