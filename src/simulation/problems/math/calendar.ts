/** Calendar dates some days after a date, across months and leap years. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { between } from '../words.ts'
import { type Move, writeTale } from './chain.ts'

const months = [
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
] as const
const dayMs = 86_400_000
const jobs = [
  'bridge repair',
  'language course',
  'exhibition',
  'survey',
  'orchard harvest',
  'film shoot',
  'road closure',
  'training camp',
] as const

/** @param day days since 1970-01-01. @returns e.g. `3 March 2025`. */
export function dateText(day: number): string {
  const date = new Date(day * dayMs)
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`
}

function make(rng: Rng, level: number): Draft | null {
  const job = rng.pick(jobs)
  const start = Date.UTC(between(rng, 2015, 2032), rng.integer(12), 1 + rng.integer(28)) / dayMs
  const length = between(rng, 10, 120)
  const pause: Move = (random, value) => {
    const n = between(random, 2, 15)
    return {
      value: value + n,
      key: `pause ${n}`,
      phrases: [`A break adds ${n} days to that.`, `Bad weather costs ${n} days more.`],
    }
  }
  const weeks: Move = (random, value) => {
    const n = between(random, 2, 6)
    return {
      value: value + 7 * n,
      key: `weeks ${n}`,
      phrases: [`It is then prolonged by ${n} weeks.`, `A delay of ${n} weeks follows.`],
    }
  }
  const saved: Move = (random, value) => {
    const n = between(random, 2, 8)
    return {
      value: value - n,
      key: `saved ${n}`,
      phrases: [`Thanks to good planning ${n} days are saved.`, `In the end it is done ${n} days sooner.`],
    }
  }
  const tale = writeTale(rng, { start: start + length, moves: [pause, weeks, saved], count: level - 1 })
  if (tale === null) return null
  const opening = rng.pick([
    `The ${job} begins on ${dateText(start)} and is over exactly ${length} days after that date.`,
    `On ${dateText(start)} the ${job} starts; it is to end ${length} days later.`,
    `Starting from ${dateText(start)}, the ${job} is planned to be over ${length} days later.`,
  ])
  const ask = rng.pick([
    'On which date is it over?',
    'What is the date of the end? Give day, month and year.',
    `On what date does the ${job} end?`,
  ])
  return {
    question: [opening, ...tale.sentences, ask].join(' '),
    answer: dateText(tale.value),
    parameters: [start, length, ...tale.keys],
  }
}

export const calendar: Family = { name: 'calendar', type: 'math', make }
