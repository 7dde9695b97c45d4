/** Reads amounts per piece that add up over days and weeks and are turned into larger units or money. */

import { type Line, mathReading } from '../calculation.ts'
import type { Reader } from '../reading.ts'

const amount = /(\d+) (grams|millilitres|milliliters|millimetres|millimeters) of [a-z]+/i

export const unitsReader: Reader = {
  family: 'units',
  cues: ['grams of', 'millilit', 'millimet'],
  read(text) {
    const match = amount.exec(text)
    const pieces = /it (?:bakes|makes|trims|shapes) (\d+) [a-z]+/i.exec(text)
    if (match === null || pieces === null) return null
    const lines: Line[] = [{ name: 'used', expression: `${match[1]} * ${pieces[1]}`, note: `${match[2]} in a day` }]
    const days = /(\d+) days (?:a|of the) week/i.exec(text)?.[1]
    const weeks = /in (\d+) weeks/i.exec(text)?.[1]
    const price = /costs (\d+) dollars|pays (\d+) dollars/i.exec(text)
    if (days !== undefined) lines.push({ name: 'weekly', expression: `used * ${days}`, note: 'In a week' })
    const now = (): string => lines[lines.length - 1]?.name as string
    if (weeks !== undefined)
      lines.push({ name: 'in_all', expression: `${now()} * ${weeks}`, note: `In ${weeks} weeks` })
    const large = /(kilograms|(?<!milli)lit(?:re|er)s|(?<!milli)met(?:re|er)s)/i.exec(text)?.[1]
    if (large !== undefined || price !== null)
      lines.push({ name: 'large_units', expression: `${now()} / 1000`, note: 'In the larger unit' })
    if (price !== null) lines.push({ name: 'cost', expression: `${now()} * ${price[1] ?? price[2]}`, note: 'Cost' })
    return mathReading('units', {
      lines,
      kind: 'number',
      unit: price !== null ? 'dollars' : (large ?? (match[2] as string)),
    })
  },
}
