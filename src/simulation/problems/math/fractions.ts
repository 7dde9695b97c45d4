/** Stocks from which fractions are taken, one after another, with additions in between. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { between } from '../words.ts'
import { type Move, writeTale } from './chain.ts'

const stocks = [
  { place: 'library', things: 'books', verb: 'lends out' },
  { place: 'farm', things: 'pumpkins', verb: 'sells' },
  { place: 'school', things: 'chairs', verb: 'lends out' },
  { place: 'warehouse', things: 'crates', verb: 'ships' },
  { place: 'nursery', things: 'seedlings', verb: 'plants out' },
] as const

const words: readonly (readonly [text: string, top: number, bottom: number])[] = [
  ['half', 1, 2],
  ['one third', 1, 3],
  ['two thirds', 2, 3],
  ['one quarter', 1, 4],
  ['three quarters', 3, 4],
  ['one fifth', 1, 5],
  ['two fifths', 2, 5],
  ['three fifths', 3, 5],
  ['one sixth', 1, 6],
  ['three eighths', 3, 8],
  ['one tenth', 1, 10],
  ['three tenths', 3, 10],
]

function make(rng: Rng, level: number): Draft | null {
  const stock = rng.pick(stocks)
  const start = between(rng, 120, 1800, 30)
  const take: Move = (random, value) => {
    const fitting = words.filter(([, , bottom]) => value % bottom === 0)
    if (fitting.length === 0) return null
    const [text, top, bottom] = random.pick(fitting)
    return {
      value: value - (value / bottom) * top,
      key: `take ${top}/${bottom}`,
      phrases: [`It ${stock.verb} ${text} of them.`, `Then it ${stock.verb} ${text} of what it has.`],
    }
  }
  const keep: Move = (random, value) => {
    const n = between(random, 10, 120, 10)
    return {
      value: value + n,
      key: `add ${n}`,
      phrases: [`A delivery brings ${n} new ones.`, `It then buys ${n} more.`],
    }
  }
  const lose: Move = (random, value) => {
    const n = between(random, 5, 60, 5)
    if (n >= value) return null
    return {
      value: value - n,
      key: `lose ${n}`,
      phrases: [`After a storm, ${n} have to be thrown away.`, `By mistake ${n} of them get lost.`],
    }
  }
  const tale = writeTale(rng, { start, moves: level === 1 ? [take] : [take, keep, take, lose], count: level })
  if (tale === null || tale.value < 1) return null
  const opening = rng.pick([
    `A ${stock.place} owns ${start} ${stock.things}.`,
    `There are ${start} ${stock.things} in a ${stock.place}.`,
    `A ${stock.place} starts the year with ${start} ${stock.things}.`,
  ])
  const ask = rng.pick([
    `How many ${stock.things} are there in the end?`,
    `How many ${stock.things} does the ${stock.place} have left?`,
  ])
  return {
    question: [opening, ...tale.sentences, ask].join(' '),
    answer: String(tale.value),
    parameters: [start, ...tale.keys],
  }
}

export const fractions: Family = { name: 'fractions', type: 'math', make }
