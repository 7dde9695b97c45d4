/** Reads first and last days of fairs. */
import type { Reader } from '../reading.ts'
import { type Facts, gather, numbered, numbersOf, qaReading, splitPassage } from './facts.ts'

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function dayText(dayOfYear: number): string {
  let day = dayOfYear
  let month = 0
  while (month < 11 && day > (monthLengths[month] as number)) {
    day -= monthLengths[month] as number
    month++
  }
  return `${day} ${monthNames[month]}`
}

function dayOfYear(day: number, monthName: string): number {
  const month = monthNames.findIndex((one) => one.toLowerCase() === monthName.toLowerCase())
  return monthLengths.slice(0, Math.max(0, month)).reduce((sum, length) => sum + length, 0) + day
}

export const fairsReader: Reader = {
  family: 'fairs',
  cues: ['fair'],
  read(text) {
    const { passage, question } = splitPassage(text)
    const start: Record<string, number> = {}
    for (const match of passage.matchAll(
      /the (\w+) fair begins on (\d+) ([A-Z]\w+)|on (\d+) ([A-Z]\w+) the (\w+) fair opens|first day of the (\w+) fair is (\d+) ([A-Z]\w+)/gi,
    )) {
      start[(match[1] ?? match[6] ?? match[7]) as string] = dayOfYear(
        Number(match[2] ?? match[4] ?? match[8]),
        (match[3] ?? match[5] ?? match[9]) as string,
      )
    }
    const facts: Facts = {
      host: gather(passage, [
        [/the (\w+) fair is run by ([A-Z]\w+ [A-Z]\w+)/gi, 2, 1],
        [/([A-Z]\w+ [A-Z]\w+) runs the (\w+) fair/g, 1, 2],
      ]),
      start,
      days: numbered(
        gather(passage, [
          [/the (\w+) fair lasts (\d+) days/gi, 1, 2],
          [/takes (\d+) days until the (\w+) fair is over/gi, 2, 1],
        ]),
      ),
    }
    const person = /(?:run by|that) ([A-Z]\w+ [A-Z]\w+)/.exec(question)?.[1]
    const place = /the ([A-Z]\w+) fair/.exec(question)?.[1]
    const subject = person ?? place
    if (subject === undefined) return null
    const isLast = /last day/i.test(question)
    const placeOf = (known: Facts): string => (person === undefined ? subject : String(known['host']?.[person]))
    const key = person === undefined ? JSON.stringify(subject) : `host["${person}"]`
    return qaReading({
      family: 'fairs',
      facts,
      asked: `${isLast ? 'last' : 'first'} ${subject}`,
      hops: (isLast ? 2 : 1) + (person === undefined ? 0 : 1),
      isCrowded: Object.keys(start).length > 3,
      answer: (known) => {
        const from = numbersOf(known, 'start')[placeOf(known)]
        const length = numbersOf(known, 'days')[placeOf(known)]
        if (from === undefined || (isLast && length === undefined)) return null
        return dayText(isLast ? from + (length as number) - 1 : from)
      },
      trail: (known) => [
        `The ${placeOf(known)} fair begins on ${dayText(numbersOf(known, 'start')[placeOf(known)] ?? 1)}.`,
        ...(isLast ? [`It lasts ${numbersOf(known, 'days')[placeOf(known)]} days, the first day counted.`] : []),
      ],
      program: [
        `months = [${monthNames.map((one) => `"${one}"`).join(', ')}]`,
        `lengths = [${monthLengths.join(', ')}]`,
        `day = start[${key}]${isLast ? ` + days[${key}] - 1` : ''}  # day of the year`,
        'month = 0',
        'while day > lengths[month]:',
        '    day -= lengths[month]',
        '    month += 1',
        'return f"{day} {months[month]}"',
      ],
    })
  },
}
