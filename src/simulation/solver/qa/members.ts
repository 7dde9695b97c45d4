/** Reads counts of the members of a group who fit one or two conditions. */
import type { Reader } from '../reading.ts'
import { type Facts, numbered, numbersOf, qaReading, splitPassage } from './facts.ts'

export const membersReader: Reader = {
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
        const since = numbersOf(known, 'year')[name] ?? 0
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
