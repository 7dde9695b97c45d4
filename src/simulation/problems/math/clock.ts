/** Times of day: departures, rides, waits, delays; the answer is a 24-hour time. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { between, person, towns } from '../words.ts'
import { type Move, writeTale } from './chain.ts'

function timeText(minutes: number): string {
  const day = ((minutes % 1440) + 1440) % 1440
  return `${String(Math.floor(day / 60)).padStart(2, '0')}:${String(day % 60).padStart(2, '0')}`
}

function span(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  const parts = []
  if (hours > 0) parts.push(`${hours} ${hours === 1 ? 'hour' : 'hours'}`)
  if (rest > 0) parts.push(`${rest} ${rest === 1 ? 'minute' : 'minutes'}`)
  return parts.join(' and ')
}

function make(rng: Rng, level: number): Draft | null {
  const traveller = person(rng)
  const start = between(rng, 5 * 60, 19 * 60, 5)
  const ride = between(rng, 35, 280, 5)
  const wait: Move = (random, value) => {
    const n = between(random, 10, 75, 5)
    return {
      value: value + n,
      key: `wait ${n}`,
      phrases: [`Then there is a wait of ${span(n)}.`, `A stop of ${span(n)} follows.`],
    }
  }
  const bus: Move = (random, value) => {
    const n = between(random, 25, 150, 5)
    return {
      value: value + n,
      key: `bus ${n}`,
      phrases: [`The bus from there takes ${span(n)}.`, `The next ride lasts ${span(n)}.`],
    }
  }
  const delay: Move = (random, value) => {
    const n = between(random, 5, 55, 5)
    return {
      value: value + n,
      key: `delay ${n}`,
      phrases: [`A signal failure costs ${span(n)} more.`, `On the way ${span(n)} are lost in a jam.`],
    }
  }
  const tale = writeTale(rng, { start: start + ride, moves: [wait, bus, delay], count: level - 1 })
  if (tale === null) return null
  const town = rng.pick(towns)
  const opening = rng.pick([
    `A train leaves ${town} at ${timeText(start)} and travels for ${span(ride)}.`,
    `${traveller.name} leaves home at ${timeText(start)}. The train to ${town} takes ${span(ride)}.`,
    `At ${timeText(start)} a coach sets off for ${town}; the drive takes ${span(ride)}.`,
  ])
  const ask = rng.pick([
    'At what time does the trip end, on a 24-hour clock?',
    'What time is it on arrival, on a 24-hour clock?',
    'When does the journey end? Answer as hours and minutes, like 09:05.',
  ])
  return {
    question: [opening, ...tale.sentences, ask].join(' '),
    answer: timeText(tale.value),
    parameters: [start, ride, ...tale.keys],
  }
}

export const clock: Family = { name: 'clock', type: 'math', make }
