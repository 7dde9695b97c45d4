/** Reads bills: items at a price each, coupons, delivery, then payment, sharing or change. */

import { type Line, mathReading } from '../calculation.ts'
import type { Reader } from '../reading.ts'
import { type EventPattern, eventSteps } from './sequence.ts'

const openings: readonly [pattern: RegExp, countAt: number, priceAt: number][] = [
  [
    /(?:sells?|offers?) [\w ]+? (?:for|at) (\d+(?:\.\d+)?) dollars (?:each|apiece),? and \w+ (?:takes|buys) (\d+)/i,
    2,
    1,
  ],
  [/one costs (\d+(?:\.\d+)?) dollars and \w+ (?:takes|buys) (\d+)/i, 2, 1],
  [/(\d+) [a-z ]+? (?:at|for|that cost|costing) (\d+(?:\.\d+)?) dollars (?:each|apiece)/i, 1, 2],
]

const events: readonly EventPattern[] = [
  {
    pattern:
      /(?:also buys|another) (\d+) [a-z ]+? (?:at|for|that cost|costing) (\d+(?:\.\d+)?) dollars (?:each|apiece)/gi,
    after: (now, m) => ({ expression: `${now} + ${m[1]} * ${m[2]}`, note: 'With the further items' }),
  },
  {
    pattern: /coupon (?:takes (\d+) dollars off|the bill drops by (\d+) dollars)/gi,
    after: (now, m) => ({ expression: `${now} - ${m[1] ?? m[2]}`, note: 'Less the coupon' }),
  },
  {
    pattern: /delivery adds (\d+) dollars|charges (\d+) dollars for delivery/gi,
    after: (now, m) => ({ expression: `${now} + ${m[1] ?? m[2]}`, note: 'With the delivery' }),
  },
  {
    pattern: /split evenly (?:between|among) (\d+)|(\d+) friends share the bill/gi,
    after: (now, m) => ({ expression: `${now} / ${m[1] ?? m[2]}`, note: 'For each of the friends' }),
  },
  {
    pattern: /(\d+)-dollar (?:note|bill)/gi,
    after: (now, m) => ({ expression: `${m[1]} - ${now}`, note: 'The change' }),
  },
]

export const shoppingReader: Reader = {
  family: 'shopping',
  cues: ['dollars each', 'dollars apiece', 'one costs'],
  read(text) {
    for (const [pattern, countAt, priceAt] of openings) {
      const match = pattern.exec(text)
      if (match === null) continue
      const start: Line[] = [
        { name: 'bill', expression: `${match[countAt]} * ${match[priceAt]}`, note: 'The first items' },
      ]
      const rest = text.slice(match.index + match[0].length)
      return mathReading('shopping', eventSteps(rest, { name: 'bill', start, events, unit: 'dollars' }))
    }
    return null
  },
}
