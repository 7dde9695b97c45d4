/** Reads days of the week some days ahead, with events that are moved. */

import { type Line, mathReading, weekdayIndex } from '../calculation.ts'
import type { Reader } from '../reading.ts'
import { type EventPattern, eventSteps } from './sequence.ts'

const opening = /today is (\w+day)\b/i

const events: readonly EventPattern[] = [
  {
    pattern:
      /takes place in (\d+) days|there are (\d+) days to go|planned for (\d+) days from now|put off by (\d+) days|to a date (\d+) days later/gi,
    after: (now, m) => ({ expression: `${now} + ${m[1] ?? m[2] ?? m[3] ?? m[4] ?? m[5]}`, note: 'Days counted on' }),
  },
  {
    pattern: /delays it by (\d+) weeks and (\d+) days?/gi,
    after: (now, m) => ({ expression: `${now} + ${m[1]} * 7 + ${m[2]}`, note: 'After the delay' }),
  },
  {
    pattern: /brought forward by (\d+) days|(\d+) days earlier/gi,
    after: (now, m) => ({ expression: `${now} - ${m[1] ?? m[2]}`, note: 'Days taken back' }),
  },
]

export const weekdaysReader: Reader = {
  family: 'weekdays',
  cues: ['today is'],
  read(text) {
    const match = opening.exec(text)
    const today = weekdayIndex(match?.[1] ?? '')
    if (match === null || today < 0) return null
    const start: Line[] = [
      { name: 'day', expression: String(today), note: `${match[1]}, with Monday as 0`, isGiven: true },
    ]
    const calculation = eventSteps(text.slice(match.index + match[0].length), {
      name: 'day',
      start,
      events,
      kind: 'weekday',
      unit: '',
    })
    return calculation.lines.length > 1 ? mathReading('weekdays', calculation) : null
  },
}
