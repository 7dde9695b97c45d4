/** Readers whose answer compares, counts or measures: bridges, members, museums, fairs, yes-or-no questions. */
import type { Reader } from '../reading.ts'
import { type Facts, gather, numbered, qaReading, splitPassage } from './facts.ts'

type NumberTable = { readonly [key: string]: number }

function table(facts: Facts, relation: string): NumberTable {
  return (facts[relation] ?? {}) as NumberTable
}

export const bridges: Reader = {
  family: 'bridges',
  cues: ['bridge', 'tower', 'tunnel'],
  read(text) {
    const { passage, question } = splitPassage(text)
    const size: Record<string, string> = {}
    const year: Record<string, string> = {}
    const sentences: readonly (readonly [pattern: RegExp, nameAt: number, sizeAt: number, yearAt: number])[] = [
      [/the (\w+) (?:bridge|tower|tunnel) is (\d+) metres (?:long|high) and was opened in (\d+)/gi, 1, 2, 3],
      [/opened in (\d+), the (\w+) (?:bridge|tower|tunnel) has a (?:length|height) of (\d+) metres/gi, 2, 3, 1],
      [/with (\d+) metres, the (\w+) (?:bridge|tower|tunnel) from (\d+)/gi, 2, 1, 3],
    ]
    for (const [pattern, nameAt, sizeAt, yearAt] of sentences) {
      for (const match of passage.matchAll(pattern)) {
        size[match[nameAt] as string] = match[sizeAt] as string
        year[match[nameAt] as string] = match[yearAt] as string
      }
    }
    const facts: Facts = { size: numbered(size), year: numbered(year) }
    const isCrowded = Object.keys(size).length > 6
    const thing = /(bridge|tower|tunnel)/i.exec(question)?.[1]?.toLowerCase()
    if (thing === undefined) return null
    const pair = /the (\w+) (?:bridge|tower|tunnel) or the (\w+)/i.exec(question)
    if (pair !== null) {
      const [a, b] = [pair[1] as string, pair[2] as string]
      return qaReading({
        family: 'bridges',
        facts,
        asked: `${a} or ${b}`,
        hops: 1,
        isCrowded,
        answer: (known) => {
          const [x, y] = [table(known, 'size')[a], table(known, 'size')[b]]
          return x === undefined || y === undefined || x === y ? null : `the ${x > y ? a : b} ${thing}`
        },
        trail: (known) => [`${a}: ${table(known, 'size')[a]} metres.`, `${b}: ${table(known, 'size')[b]} metres.`],
        program: [`pair = ["${a}", "${b}"]`, `return "the " + max(pair, key=size.get) + " ${thing}"`],
      })
    }
    const when = /opened (after|before) (\d{4})/i.exec(question)
    if (when === null) return null
    const isAfter = (when[1] as string).toLowerCase() === 'after'
    const limit = Number(when[2])
    const chosen = (known: Facts): string[] =>
      Object.keys(table(known, 'year'))
        .filter((key) =>
          isAfter ? (table(known, 'year')[key] as number) > limit : (table(known, 'year')[key] as number) < limit,
        )
        .sort((x, y) => (table(known, 'size')[y] as number) - (table(known, 'size')[x] as number))
    const filtering = `chosen = [name for name in year if year[name] ${isAfter ? '>' : '<'} ${limit}]`
    const isGap = /how many metres/i.test(question)
    const isLeast = /lowest|shortest/i.test(question)
    return qaReading({
      family: 'bridges',
      facts,
      asked: `${isGap ? 'gap' : isLeast ? 'least' : 'most'} ${when[0]}`,
      hops: isGap ? 3 : 2,
      isCrowded,
      answer: (known) => {
        const order = chosen(known)
        const [top, bottom] = [order[0], order[order.length - 1]]
        if (top === undefined || bottom === undefined) return null
        if (isGap) return String((table(known, 'size')[top] as number) - (table(known, 'size')[bottom] as number))
        return `the ${isLeast ? bottom : top} ${thing}`
      },
      trail: (known) => [
        `${when[0].charAt(0).toUpperCase()}${when[0].slice(1)}: ${chosen(known)
          .map((one) => `${one} (${table(known, 'size')[one]} metres)`)
          .join(', ')}.`,
      ],
      program: isGap
        ? [filtering, 'sizes = [size[name] for name in chosen]', 'return max(sizes) - min(sizes)']
        : [filtering, `return "the " + ${isLeast ? 'min' : 'max'}(chosen, key=size.get) + " ${thing}"`],
    })
  },
}

export const members: Reader = {
  family: 'members',
  cues: ['joined the', 'a member since', 'has played the'],
  read(text) {
    const { passage, question } = splitPassage(text)
    const year: Record<string, string> = {}
    const plays: Record<string, string> = {}
    const sentences: readonly (readonly [pattern: RegExp, nameAt: number, yearAt: number, playsAt: number])[] = [
      [/([A-Z]\w+) joined the \w+ in (\d+) and plays the (\w+)/g, 1, 2, 3],
      [/since (\d+), ([A-Z]\w+) has played the (\w+)/gi, 2, 1, 3],
      [/the (\w+) is played by ([A-Z]\w+), a member since (\d+)/gi, 2, 3, 1],
    ]
    for (const [pattern, nameAt, yearAt, playsAt] of sentences) {
      for (const match of passage.matchAll(pattern)) {
        year[match[nameAt] as string] = match[yearAt] as string
        plays[match[nameAt] as string] = match[playsAt] as string
      }
    }
    const asked = /play the (\w+)(?: than the (\w+))?/i.exec(question)
    const one = asked?.[1]
    if (one === undefined) return null
    const two = asked?.[2]
    const when = /joined (before|after) (\d{4})/i.exec(question)
    const facts: Facts = when === null ? { plays } : { plays, year: numbered(year) }
    const isBefore = when?.[1]?.toLowerCase() === 'before'
    const limit = Number(when?.[2] ?? 0)
    const fitting = (known: Facts, instrument: string): string[] =>
      Object.keys(known['plays'] ?? {}).filter((name) => {
        const since = table(known, 'year')[name] ?? 0
        return known['plays']?.[name] === instrument && (when === null || (isBefore ? since < limit : since > limit))
      })
    const condition = when === null ? '' : ` and year[name] ${isBefore ? '<' : '>'} ${limit}`
    const counting = (variable: string, instrument: string): string =>
      `${variable} = sum(1 for name in plays if plays[name] == "${instrument}"${condition})`
    return qaReading({
      family: 'members',
      facts,
      asked: `${one} ${two ?? ''} ${when?.[0] ?? ''}`,
      hops: two !== undefined ? 3 : when === null ? 1 : 2,
      isCrowded: Object.keys(plays).length > 7,
      answer: (known) => String(fitting(known, one).length - (two === undefined ? 0 : fitting(known, two).length)),
      trail: (known) =>
        [one, two]
          .filter((x) => x !== undefined)
          .map((x) => `${x}${when === null ? '' : `, ${when[0]}`}: ${fitting(known, x).join(', ') || 'nobody'}.`),
      program:
        two === undefined
          ? [counting('count', one), 'return count']
          : [counting('first', one), counting('second', two), 'return first - second'],
    })
  },
}

export const museums: Reader = {
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
      table(known, 'year')[isDesigned ? String(known['building']?.[subject]) : subject]
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

export const fairs: Reader = {
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
        const from = table(known, 'start')[placeOf(known)]
        const length = table(known, 'days')[placeOf(known)]
        if (from === undefined || (isLast && length === undefined)) return null
        return dayText(isLast ? from + (length as number) - 1 : from)
      },
      trail: (known) => [
        `The ${placeOf(known)} fair begins on ${dayText(table(known, 'start')[placeOf(known)] ?? 1)}.`,
        ...(isLast ? [`It lasts ${table(known, 'days')[placeOf(known)]} days, the first day counted.`] : []),
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

export const sameOrNot: Reader = {
  family: 'same-or-not',
  cues: ['same', 'does ', 'is it true that'],
  read(text) {
    const { passage, question } = splitPassage(text)
    const plays = gather(passage, [
      [/([A-Z]\w+) plays the (\w+)/g, 1, 2],
      [/instrument of ([A-Z]\w+) is the (\w+)/g, 1, 2],
    ])
    const born = gather(passage, [
      [/([A-Z]\w+) was born in ([A-Z]\w+)/g, 1, 2],
      [/birthplace of ([A-Z]\w+) is ([A-Z]\w+)/g, 1, 2],
      [/([A-Z]\w+) comes from ([A-Z]\w+)/g, 1, 2],
    ])
    const county = gather(passage, [[/([A-Z]\w+) (?:belongs to|is part of) the county of ([A-Z]\w+)/g, 1, 2]])
    const isCrowded = Object.keys(plays).length > 4
    const single = /(?:does|true that) ([A-Z]\w+) plays? the (\w+)/i.exec(question)
    if (single !== null) {
      const [who, what] = [single[1] as string, single[2] as string]
      return qaReading({
        family: 'same-or-not',
        facts: { plays },
        asked: `${who} ${what}`,
        hops: 1,
        isCrowded,
        answer: (known) => (known['plays']?.[who] === undefined ? null : known['plays'][who] === what ? 'yes' : 'no'),
        trail: (known) => [`${who} plays the ${known['plays']?.[who]}.`],
        program: [`return "yes" if plays["${who}"] == "${what}" else "no"`],
      })
    }
    const pair = /([A-Z]\w+) and (?:that of )?([A-Z]\w+)|of ([A-Z]\w+) the same as that of ([A-Z]\w+)/.exec(question)
    if (pair === null) return null
    const [a, b] = [(pair[1] ?? pair[3]) as string, (pair[2] ?? pair[4]) as string]
    const byCounty = /county/i.test(question)
    const relation = /instrument/i.test(question) ? 'plays' : 'born'
    const facts: Facts = byCounty ? { born, county } : { [relation]: relation === 'plays' ? plays : born }
    const wordFor = (known: Facts, who: string): string | undefined => {
      const first = known[relation]?.[who]
      const value = byCounty ? known['county']?.[String(first)] : first
      return value === undefined ? undefined : String(value)
    }
    const lookup = (who: string): string => (byCounty ? `county[born["${who}"]]` : `${relation}["${who}"]`)
    return qaReading({
      family: 'same-or-not',
      facts,
      asked: `${byCounty ? 'county' : relation} ${a} ${b}`,
      hops: byCounty ? 3 : 2,
      isCrowded,
      answer: (known) => {
        const [x, y] = [wordFor(known, a), wordFor(known, b)]
        return x === undefined || y === undefined ? null : x === y ? 'yes' : 'no'
      },
      trail: (known) => [`For ${a} it is ${wordFor(known, a)}.`, `For ${b} it is ${wordFor(known, b)}.`],
      program: [`return "yes" if ${lookup(a)} == ${lookup(b)} else "no"`],
    })
  },
}
