/** Fairs with a first day, a length in days, and somebody who runs them. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { between, people, several, surnames, towns } from '../words.ts'
import { passage, shape } from './passage.ts'

const months = ['March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November'] as const
const lengths: Readonly<Record<string, number>> = {
  March: 31,
  April: 30,
  May: 31,
  June: 30,
  July: 31,
  August: 31,
  September: 30,
  October: 31,
  November: 30,
}

function lastDay(day: number, month: string, days: number): string {
  const total = day + days - 1
  const length = lengths[month] as number
  return total <= length
    ? `${total} ${month}`
    : `${total - length} ${months[months.indexOf(month as (typeof months)[number]) + 1] ?? 'December'}`
}

function make(rng: Rng, level: number): Draft | null {
  const { hops, isCrowded } = shape(level)
  const count = isCrowded ? 5 : 3
  const places = several(rng, towns, count)
  const hosts = several(rng, people, count).map(
    (one, i) => `${one.name} ${surnames[(i * 5 + rng.integer(5)) % surnames.length]}`,
  )
  const starts = places.map(() => ({ day: between(rng, 1, 28), month: rng.pick(months) }))
  const days = places.map(() => between(rng, 3, 16))
  const facts = places.flatMap((place, i) => [
    rng.pick([
      `The ${place} fair begins on ${starts[i]?.day} ${starts[i]?.month}.`,
      `On ${starts[i]?.day} ${starts[i]?.month} the ${place} fair opens.`,
      `The first day of the ${place} fair is ${starts[i]?.day} ${starts[i]?.month}.`,
    ]),
    rng.pick([`The ${place} fair lasts ${days[i]} days.`, `It takes ${days[i]} days until the ${place} fair is over.`]),
    rng.pick([`The ${place} fair is run by ${hosts[i]}.`, `${hosts[i]} runs the ${place} fair.`]),
  ])
  const context = passage(rng, rng.shuffle(facts))
  if (context === null) return null
  const start = starts[0] as { day: number; month: string }
  const asks = [
    [`On which date does the ${places[0]} fair begin?`, `What is the first day of the ${places[0]} fair?`],
    [
      `What is the date of the last day of the ${places[0]} fair, counting the first day as one?`,
      `On which date is the last day of the ${places[0]} fair, the first day counted?`,
    ],
    [
      `What is the date of the last day of the fair that ${hosts[0]} runs, counting the first day as one?`,
      `On which date is the last day of the fair run by ${hosts[0]}, the first day counted?`,
    ],
  ][hops - 1] as string[]
  const answer = hops === 1 ? `${start.day} ${start.month}` : lastDay(start.day, start.month, days[0] as number)
  return {
    question: rng.pick(asks),
    context,
    answer,
    parameters: [hops, ...places, ...hosts, ...starts.flatMap((s) => [s.day, s.month]), ...days],
  }
}

export const fairs: Family = { name: 'fairs', type: 'qa', make }
