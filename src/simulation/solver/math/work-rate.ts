/** Reads machines that work side by side: rates are added, then output or time is asked. */

import { type Line, mathReading } from '../calculation.ts'
import type { Reader } from '../reading.ts'

const rate = /(\d+) ([a-z]+) (?:a|per|every|each) minute/gi

export const workRateReader: Reader = {
  family: 'work-rate',
  cues: ['a minute', 'per minute', 'every minute', 'each minute'],
  read(text) {
    const rates = [...text.matchAll(rate)]
    const things = rates[0]?.[2]
    if (things === undefined) return null
    const lines: Line[] = [
      { name: 'rate', expression: `${rates[0]?.[1]}`, note: `${things} a minute of the first`, isGiven: true },
    ]
    rates.slice(1).forEach((match, i) => {
      const now = lines[lines.length - 1]?.name
      lines.push({
        name: `rate_${i + 2}`,
        expression: `${now} + ${match[1]}`,
        note: `${things} a minute together with the next`,
      })
    })
    const all = lines[lines.length - 1]?.name
    const done =
      /(\d+) (?:of them )?(?:are finished already|have been done before)|(\d+) [a-z]+ (?:are finished already|in stock)/i.exec(
        text,
      )
    const finished = done?.[1] ?? done?.[2]
    const minutes = /(?:in|after) (\d+) minutes/i.exec(text)?.[1]
    if (minutes !== undefined) {
      lines.push({ name: 'made', expression: `${all} * ${minutes}`, note: `${things} made in ${minutes} minutes` })
      if (finished !== undefined)
        lines.push({ name: 'total', expression: `made + ${finished}`, note: `With the ${things} done before` })
      return mathReading('work-rate', { lines, kind: 'number', unit: things })
    }
    const job =
      /(?:order is for|of) (\d+) [a-z]+(?:,| in all|\.)/i.exec(text)?.[1] ??
      /(?:need|take)(?: together)? for (\d+) /i.exec(text)?.[1]
    if (job === undefined) return null
    if (finished !== undefined)
      lines.push({ name: 'rest', expression: `${job} - ${finished}`, note: `${things} still to do` })
    lines.push({
      name: 'minutes',
      expression: `${finished === undefined ? job : 'rest'} / ${all}`,
      note: 'Minutes needed',
    })
    return mathReading('work-rate', { lines, kind: 'number', unit: 'minutes' })
  },
}
