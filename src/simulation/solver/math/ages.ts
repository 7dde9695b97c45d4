/** Reads ages that are given relative to one another. */

import { type Line, mathReading } from '../calculation.ts'
import type { Reader } from '../reading.ts'

const relation =
  /(\w+) (?:is (?:(\d+) years? (older|younger) than|(twice|two times|three times|four times|half) as old as)|was born (\d+) years? (before|after)) (\w+)/gi
const opening = /(\w+) (?:is (\d+) years old(?! than)|has just turned (\d+)|is (\d+)[.,])/i
const factors: Readonly<Record<string, string>> = {
  twice: '* 2',
  'two times': '* 2',
  'three times': '* 3',
  'four times': '* 4',
  half: '/ 2',
}

function variable(name: string): string {
  return `age_of_${name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`
}

export const agesReader: Reader = {
  family: 'ages',
  cues: ['years old', 'just turned', 'as old as', 'years older', 'years younger'],
  read(text) {
    const first = opening.exec(text)
    if (first === null) return null
    const lines: Line[] = [
      {
        name: variable(first[1] as string),
        expression: `${first[2] ?? first[3] ?? first[4]}`,
        note: `Age of ${first[1]}`,
        isGiven: true,
      },
    ]
    for (const match of text.matchAll(relation)) {
      const other = variable(match[7] as string)
      const years = match[2] ?? match[5]
      const change =
        match[4] !== undefined
          ? (factors[match[4].toLowerCase()] as string)
          : `${match[3] === 'older' || match[6] === 'before' ? '+' : '-'} ${years}`
      lines.push({ name: variable(match[1] as string), expression: `${other} ${change}`, note: `Age of ${match[1]}` })
    }
    if (lines.length < 2) return null
    const rest = text.slice(text.lastIndexOf('.', text.lastIndexOf('?')))
    const last = variable(
      /(?:old (?:is|was|will)|age of|and) (\w+)(?: be| together| in years|\?| \d| years)/i.exec(rest)?.[1] ?? '',
    )
    const known = lines.some((line) => line.name === last) ? last : (lines[lines.length - 1]?.name as string)
    const who = known.replace('age_of_', '')
    const later = /be in (\d+) years|(\d+) years from now/i.exec(rest)
    const earlier = /(\d+) years ago/i.exec(rest)
    const both = /how old are (\w+) and (\w+) together|ages of (\w+) and (\w+)/i.exec(rest)
    if (later !== null)
      lines.push({ name: 'later', expression: `${known} + ${later[1] ?? later[2]}`, note: 'Age in the future' })
    else if (earlier !== null)
      lines.push({ name: 'earlier', expression: `${known} - ${earlier[1]}`, note: 'Age in the past' })
    else if (both !== null) {
      const [a, b] = [both[1] ?? both[3], both[2] ?? both[4]].map((name) => variable(name as string))
      lines.push({ name: 'together', expression: `${a} + ${b}`, note: 'Both ages together' })
    } else if (lines[lines.length - 1]?.name !== known) {
      lines.push({ name: 'wanted', expression: known, note: `Age of ${who}`, isGiven: true })
    }
    return mathReading('ages', { lines, kind: 'number', unit: 'years' })
  },
}
