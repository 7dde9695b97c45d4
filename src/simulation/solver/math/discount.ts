/** Reads prices that are cut, raised and taxed by percentages. */

import { type Line, mathReading } from '../calculation.ts'
import type { Reader } from '../reading.ts'
import { type EventPattern, eventSteps } from './sequence.ts'

const opening =
  /(?:costs|price of (?:a|an|the) \w+ is|lists (?:a|an|the) \w+ at|is offered for) (\d+(?:\.\d+)?) dollars/i

const events: readonly EventPattern[] = [
  {
    pattern: /(?:cut|reduced|lowered) by (\d+) percent|discount of (\d+) percent/gi,
    after: (now, m) => ({ expression: `${now} * (100 - ${m[1] ?? m[2]}) / 100`, note: 'After the reduction' }),
  },
  {
    pattern: /(?:goes up|rises|is raised) by (\d+) percent|raises the price by (\d+) percent/gi,
    after: (now, m) => ({ expression: `${now} * (100 + ${m[1] ?? m[2]}) / 100`, note: 'After the rise' }),
  },
  {
    pattern: /tax of (\d+) percent/gi,
    after: (now, m) => ({ expression: `${now} * (100 + ${m[1]}) / 100`, note: 'With the tax' }),
  },
  {
    pattern: /voucher (?:takes (?:another )?(\d+) dollars off|worth (\d+) dollars)/gi,
    after: (now, m) => ({ expression: `${now} - ${m[1] ?? m[2]}`, note: 'Less the voucher' }),
  },
]

export const discountReader: Reader = {
  family: 'discount',
  cues: ['percent'],
  read(text) {
    const match = opening.exec(text)
    if (match === null) return null
    const start: Line[] = [{ name: 'price', expression: `${match[1]}`, note: 'The price at first', isGiven: true }]
    const calculation = eventSteps(text.slice(match.index + match[0].length), {
      name: 'price',
      start,
      events,
      unit: 'dollars',
    })
    return calculation.lines.length > 1 ? mathReading('discount', calculation) : null
  },
}
