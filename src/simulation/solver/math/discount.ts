/** Reads prices that are cut, raised and taxed by percentages. */
import type { Reader } from '../reading.ts'
import { type Line, mathReading } from '../worksheet.ts'
import { type EventPattern, sequence } from './sequence.ts'

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

export const discount: Reader = {
  family: 'discount',
  cues: ['percent'],
  read(text) {
    const match = opening.exec(text)
    if (match === null) return null
    const start: Line[] = [{ name: 'price', expression: `${match[1]}`, note: 'The price at first', isGiven: true }]
    const sheet = sequence(text.slice(match.index + match[0].length), { name: 'price', start, events, unit: 'dollars' })
    return sheet.lines.length > 1 ? mathReading('discount', sheet) : null
  },
}
