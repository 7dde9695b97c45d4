/** Reads mixtures: grams of liquids of known strength, what they hold together, and the strength of the whole. */

import { type Line, mathReading } from '../calculation.ts'
import type { Reader } from '../reading.ts'

const portion =
  /(\d+(?:\.\d+)?) (?:grams|litres|liters|millilitres) of [a-z ]+? (?:with|containing|that contains?) (\d+(?:\.\d+)?) percent (?:of )?[a-z]+/gi

export const mixtureReader: Reader = {
  family: 'mixture',
  cues: ['grams of'],
  read(text) {
    const portions = [...text.matchAll(portion)]
    if (portions.length === 0) return null
    const lines: Line[] = portions.map((m, i) => ({
      name: `part_${i + 1}`,
      expression: `${m[1]} * ${m[2]} / 100`,
      note: `Held by portion ${i + 1}`,
    }))
    let held = 'part_1'
    if (portions.length > 1) {
      held = 'held'
      lines.push({
        name: held,
        expression: portions.map((_, i) => `part_${i + 1}`).join(' + '),
        note: 'Held by all portions',
      })
    }
    const stirred = /(\d+(?:\.\d+)?) grams of pure/i.exec(text)?.[1]
    if (stirred !== undefined) {
      lines.push({ name: 'with_extra', expression: `${held} + ${stirred}`, note: 'With what is stirred in' })
      held = 'with_extra'
    }
    if (!/what percentage|how many percent/i.test(text))
      return mathReading('mixture', { lines, kind: 'number', unit: 'grams' })
    const water = /(\d+(?:\.\d+)?) grams of water/i.exec(text)?.[1]
    const weights = [...portions.map((m) => m[1]), ...(stirred === undefined ? [] : [stirred])].join(' + ')
    if (water === undefined) {
      lines.push({ name: 'strength', expression: `100 * ${held} / (${weights})`, note: 'Percent of the whole' })
    } else {
      lines.push({ name: 'weight', expression: `${weights} + ${water}`, note: 'Weight with the water' })
      lines.push({ name: 'strength', expression: `100 * ${held} / weight`, note: 'Percent of the whole' })
    }
    return mathReading('mixture', { lines, kind: 'number', unit: 'percent' })
  },
}
