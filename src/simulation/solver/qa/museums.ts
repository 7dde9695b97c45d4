/** Reads years of opening, by name or by who designed the building, and the years between two. */
import type { Reader } from '../reading.ts'
import { type Facts, gather, numbered, numbersOf, qaReading, splitPassage } from './facts.ts'

export const museumsReader: Reader = {
  family: 'museums',
  cues: ['opened its doors', 'have been open since', 'designed'],
  read(text) {
    const { passage, question } = splitPassage(text)
    const kind = /(museum|library|theatre|station)/i.exec(question)?.[1]?.toLowerCase()
    if (kind === undefined) return null
    const facts: Facts = {
      building: gather(passage, [
        [new RegExp(`([A-Z]\\w+ [A-Z]\\w+) designed the (\\w+) ${kind}`, 'g'), 1, 2],
        [new RegExp(`the (\\w+) ${kind} was designed by ([A-Z]\\w+ [A-Z]\\w+)`, 'gi'), 2, 1],
      ]),
      year: numbered(
        gather(passage, [
          [new RegExp(`the (\\w+) ${kind} opened in (\\d+)`, 'gi'), 1, 2],
          [new RegExp(`in (\\d+) the (\\w+) ${kind} opened its doors`, 'gi'), 2, 1],
          [new RegExp(`doors of the (\\w+) ${kind} have been open since (\\d+)`, 'gi'), 1, 2],
        ]),
      ),
    }
    const designers = [...question.matchAll(/designed by ([A-Z]\w+ [A-Z]\w+)/g)].map((match) => match[1] as string)
    const names = [...question.matchAll(new RegExp(`the ([A-Z]\\w+) ${kind}`, 'g'))].map((match) => match[1] as string)
    const isGap = /how many years/i.test(question)
    const subjects = designers.length > 0 ? designers : names
    if (subjects.length < (isGap ? 2 : 1)) return null
    const isDesigned = designers.length > 0
    const yearOf = (known: Facts, subject: string): number | undefined =>
      numbersOf(known, 'year')[isDesigned ? String(known['building']?.[subject]) : subject]
    const lookup = (subject: string): string => (isDesigned ? `year[building["${subject}"]]` : `year["${subject}"]`)
    const [first, second] = subjects as [string, string]
    return qaReading({
      family: 'museums',
      facts,
      asked: `${isGap ? 'gap' : 'year'} ${subjects.join(' ')}`,
      hops: (isGap ? 2 : 1) + (isDesigned ? 1 : 0),
      isCrowded: Object.keys(facts['year'] ?? {}).length > 5,
      answer: (known) => {
        const [a, b] = [yearOf(known, first), isGap ? yearOf(known, second) : 0]
        return a === undefined || b === undefined ? null : String(isGap ? Math.abs(b - a) : a)
      },
      trail: (known) =>
        (isGap ? [first, second] : [first]).map(
          (subject) =>
            `${isDesigned ? `${subject} designed the ${known['building']?.[subject]} ${kind}; it` : `The ${subject} ${kind}`} opened in ${yearOf(known, subject)}.`,
        ),
      program: isGap ? [`return abs(${lookup(second)} - ${lookup(first)})`] : [`return ${lookup(first)}`],
    })
  },
}
