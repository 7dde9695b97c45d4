/** Reads averages of counts with corrections and further days, and the count needed for a wanted average. */

import { type Line, mathReading } from '../calculation.ts'
import type { Reader } from '../reading.ts'

const list = /((?:\d+, )+\d+ and \d+) ([a-z]+)/i

export const averagesReader: Reader = {
  family: 'averages',
  cues: ['average'],
  read(text) {
    const match = list.exec(text)
    if (match === null) return null
    const counts = (match[1] as string).match(/\d+/g) ?? []
    const things = match[2] as string
    const lines: Line[] = [{ name: 'total', expression: counts.join(' + '), note: 'Sum of the counts', isGiven: true }]
    let length = counts.length
    const events = /the (\d+) (?:was a mistake and )?should have been (\d+)|(?:the number is|\w+ brings) (\d+)/gi
    for (const event of text.slice(match.index + match[0].length).matchAll(events)) {
      const now = lines[lines.length - 1]?.name
      const name = `total_${lines.length + 1}`
      if (event[3] === undefined)
        lines.push({ name, expression: `${now} - ${event[1]} + ${event[2]}`, note: 'With the right count' })
      else {
        lines.push({ name, expression: `${now} + ${event[3]}`, note: 'With the further count' })
        length += 1
      }
    }
    const now = lines[lines.length - 1]?.name
    const target = /(?:bring the average to|for an average of) (\d+)/i.exec(text)?.[1]
    if (target === undefined) {
      lines.push({ name: 'average', expression: `${now} / ${length}`, note: 'The average' })
      return mathReading('averages', { lines, kind: 'number', unit: things })
    }
    lines.push({
      name: 'wanted_total',
      expression: `${target} * ${length + 1}`,
      note: `Sum wanted for ${length + 1} counts`,
    })
    lines.push({ name: 'needed', expression: `wanted_total - ${now}`, note: 'Still needed' })
    return mathReading('averages', { lines, kind: 'number', unit: things })
  },
}
