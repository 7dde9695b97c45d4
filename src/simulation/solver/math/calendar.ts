/** Reads calendar dates some days after a date. */

import { type Line, mathReading, monthIndex, ordinal } from '../calculation.ts'
import type { Reader } from '../reading.ts'
import { type EventPattern, eventSteps } from './sequence.ts'

const opening = /(?:begins on|on|starting from) (\d{1,2}) ([a-z]+) (\d{4})/i

const events: readonly EventPattern[] = [
  {
    pattern: /exactly (\d+) days after|(?:to end|to be over) (\d+) days later|adds (\d+) days|costs (\d+) days/gi,
    after: (now, m) => ({ expression: `${now} + ${m[1] ?? m[2] ?? m[3] ?? m[4]}`, note: 'Days added' }),
  },
  {
    pattern: /prolonged by (\d+) weeks|delay of (\d+) weeks/gi,
    after: (now, m) => ({ expression: `${now} + ${m[1] ?? m[2]} * 7`, note: 'Weeks added' }),
  },
  {
    pattern: /(\d+) days are saved|(\d+) days sooner/gi,
    after: (now, m) => ({ expression: `${now} - ${m[1] ?? m[2]}`, note: 'Days saved' }),
  },
]

export const calendarReader: Reader = {
  family: 'calendar',
  cues: [
    'january',
    'february',
    'march',
    'april',
    'may ',
    'june',
    'july',
    'august',
    'september',
    'october',
    'november',
    'december',
  ],
  read(text) {
    const match = opening.exec(text)
    const month = monthIndex(match?.[2] ?? '')
    if (match === null || month < 0) return null
    const start: Line[] = [
      {
        name: 'day',
        expression: String(ordinal(Number(match[3]), month, Number(match[1]))),
        note: `Day number of ${match[1]} ${match[2]} ${match[3]}`,
        isGiven: true,
      },
    ]
    const calculation = eventSteps(text.slice(match.index + match[0].length), {
      name: 'day',
      start,
      events,
      kind: 'date',
      unit: '',
    })
    return calculation.lines.length > 1 ? mathReading('calendar', calculation) : null
  },
}
