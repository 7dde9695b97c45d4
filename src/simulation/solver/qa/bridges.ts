/** Reads comparisons of bridges, towers and tunnels by length or height, among all or those of a time. */
import type { Reader } from '../reading.ts'
import { type Facts, numbered, numbersOf, qaReading, splitPassage } from './facts.ts'

export const bridgesReader: Reader = {
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
          const [x, y] = [numbersOf(known, 'size')[a], numbersOf(known, 'size')[b]]
          return x === undefined || y === undefined || x === y ? null : `the ${x > y ? a : b} ${thing}`
        },
        trail: (known) => [
          `${a}: ${numbersOf(known, 'size')[a]} metres.`,
          `${b}: ${numbersOf(known, 'size')[b]} metres.`,
        ],
        program: [`pair = ["${a}", "${b}"]`, `return "the " + max(pair, key=size.get) + " ${thing}"`],
      })
    }
    const when = /opened (after|before) (\d{4})/i.exec(question)
    if (when === null) return null
    const isAfter = (when[1] as string).toLowerCase() === 'after'
    const limit = Number(when[2])
    const chosen = (known: Facts): string[] =>
      Object.keys(numbersOf(known, 'year'))
        .filter((key) =>
          isAfter
            ? (numbersOf(known, 'year')[key] as number) > limit
            : (numbersOf(known, 'year')[key] as number) < limit,
        )
        .sort((x, y) => (numbersOf(known, 'size')[y] as number) - (numbersOf(known, 'size')[x] as number))
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
        if (isGap)
          return String((numbersOf(known, 'size')[top] as number) - (numbersOf(known, 'size')[bottom] as number))
        return `the ${isLeast ? bottom : top} ${thing}`
      },
      trail: (known) => [
        `${when[0].charAt(0).toUpperCase()}${when[0].slice(1)}: ${chosen(known)
          .map((one) => `${one} (${numbersOf(known, 'size')[one]} metres)`)
          .join(', ')}.`,
      ],
      program: isGap
        ? [filtering, 'sizes = [size[name] for name in chosen]', 'return max(sizes) - min(sizes)']
        : [filtering, `return "the " + ${isLeast ? 'min' : 'max'}(chosen, key=size.get) + " ${thing}"`],
    })
  },
}
