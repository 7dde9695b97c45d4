/** Reads yes-or-no questions about birthplaces and instruments. */
import type { Reader } from '../reading.ts'
import { type Facts, gather, qaReading, splitPassage } from './facts.ts'

export const sameOrNotReader: Reader = {
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
