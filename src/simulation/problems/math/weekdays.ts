/** Days of the week, some days and weeks ahead, with events that are moved. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { between } from '../words.ts'
import { type Move, writeTale } from './chain.ts'

const names = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
const events = ['concert', 'exam', 'match', 'meeting', 'wedding', 'fair', 'launch', 'lecture'] as const

function make(rng: Rng, level: number): Draft | null {
  const today = rng.integer(7)
  const event = rng.pick(events)
  const ahead = between(rng, 9, 99)
  const later: Move = (random, value) => {
    const n = between(random, 2, 20)
    return {
      value: value + n,
      key: `later ${n}`,
      phrases: [`It is put off by ${n} days.`, `Then it is moved to a date ${n} days later.`],
    }
  }
  const weeks: Move = (random, value) => {
    const n = between(random, 2, 5)
    const d = between(random, 1, 6)
    return {
      value: value + n * 7 + d,
      key: `weeks ${n} ${d}`,
      phrases: [`A storm delays it by ${n} weeks and ${d} ${d === 1 ? 'day' : 'days'}.`],
    }
  }
  const earlier: Move = (random, value) => {
    const n = between(random, 2, 8)
    return value - n < 1
      ? null
      : {
          value: value - n,
          key: `earlier ${n}`,
          phrases: [`It is brought forward by ${n} days.`, `Then it is decided to hold it ${n} days earlier.`],
        }
  }
  const tale = writeTale(rng, { start: today + ahead, moves: [later, weeks, earlier], count: level - 1 })
  if (tale === null) return null
  const opening = rng.pick([
    `Today is ${names[today]}, and the ${event} takes place in ${ahead} days.`,
    `Today is ${names[today]}. There are ${ahead} days to go until the ${event}.`,
    `If today is ${names[today]}, the ${event} is planned for ${ahead} days from now.`,
  ])
  const ask = rng.pick([
    `On which day of the week is the ${event}?`,
    `On what weekday does the ${event} take place?`,
    `Which weekday is the day of the ${event}?`,
  ])
  return {
    question: [opening, ...tale.sentences, ask].join(' '),
    answer: names[tale.value % 7] as string,
    parameters: [today, ahead, ...tale.keys],
  }
}

export const weekdays: Family = { name: 'weekdays', type: 'math', make }
