/** Reads rectangular plots: free area or length of fence, and what covering or fencing costs. */

import { type Line, mathReading } from '../calculation.ts'
import type { Reader } from '../reading.ts'
import { type EventPattern, eventSteps } from './sequence.ts'

const opening = /(\d+) met(?:re|er)s long and (\d+) met(?:re|er)s wide|measures (\d+) (?:by|x) (\d+) met/i

const events: readonly EventPattern[] = [
  {
    pattern: /square pond with sides of (\d+)/gi,
    after: (now, m) => ({ expression: `${now} - ${m[1]} * ${m[1]}`, note: 'Without the pond' }),
  },
  {
    pattern: /(?:shed|strip) of (\d+) (?:by|x) (\d+)/gi,
    after: (now, m) => ({ expression: `${now} - ${m[1]} * ${m[2]}`, note: 'Without the built part' }),
  },
  {
    pattern: /(\d+) dollars per square met/gi,
    after: (now, m) => ({ expression: `${now} * ${m[1]}`, note: 'Cost of the turf' }),
  },
  {
    pattern: /gap of (\d+) met|gate, (\d+) met/gi,
    after: (now, m) => ({ expression: `${now} - ${m[1] ?? m[2]}`, note: 'Without the gate' }),
  },
  { pattern: /(\d+) rows of wire/gi, after: (now, m) => ({ expression: `${now} * ${m[1]}`, note: 'Metres of wire' }) },
  {
    pattern: /each met(?:re|er) of (?:wire|fence) costs (\d+) dollars/gi,
    after: (now, m) => ({ expression: `${now} * ${m[1]}`, note: 'Cost of the fence' }),
  },
  {
    pattern: /delivery costs (\d+) dollars more/gi,
    after: (now, m) => ({ expression: `${now} + ${m[1]}`, note: 'With the delivery' }),
  },
]

export const gardenReader: Reader = {
  family: 'garden',
  cues: ['rectang'],
  read(text) {
    const match = opening.exec(text)
    if (match === null) return null
    const long = match[1] ?? match[3]
    const wide = match[2] ?? match[4]
    const isEdge = /fence|perimeter/i.test(text)
    const start: Line[] = isEdge
      ? [{ name: 'edge', expression: `2 * (${long} + ${wide})`, note: 'Length of the edge' }]
      : [{ name: 'area', expression: `${long} * ${wide}`, note: 'Area of the rectangle' }]
    const unit = /dollars|cost/i.test(text) ? 'dollars' : isEdge ? 'metres' : 'square metres'
    return mathReading(
      'garden',
      eventSteps(text.slice(match.index), { name: isEdge ? 'edge' : 'area', start, events, unit }),
    )
  },
}
