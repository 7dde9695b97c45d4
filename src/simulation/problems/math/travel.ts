/** Trips: hours at a speed, detours and lifts; then the distance, or the time the whole way takes at another speed. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { between, capital, person } from '../words.ts'
import { type Move, writeTale } from './chain.ts'

function make(rng: Rng, level: number): Draft | null {
  const rider = person(rng)
  const hours = between(rng, 2, 6)
  const speed = between(rng, 8, 60)
  const opening = rng.pick([
    `${rider.name} cycles for ${hours} hours at ${speed} kilometres per hour.`,
    `A boat travels for ${hours} hours at ${speed} kilometres per hour.`,
    `${rider.name} sets out by scooter and keeps going for ${hours} hours at ${speed} kilometres per hour.`,
    `On a trip a van drives for ${hours} hours at ${speed} kilometres per hour.`,
  ])
  const leg: Move = (random, value) => {
    const h = between(random, 2, 5)
    const s = between(random, 6, 50)
    return {
      value: value + h * s,
      key: `leg ${h} ${s}`,
      phrases: [
        `The next stretch takes ${h} hours at ${s} kilometres per hour.`,
        `After a rest come another ${h} hours at ${s} kilometres per hour.`,
      ],
    }
  }
  const detour: Move = (random, value) => {
    const d = between(random, 3, 30)
    return {
      value: value + d,
      key: `detour ${d}`,
      phrases: [`A detour adds ${d} kilometres.`, `A closed road makes the way ${d} kilometres longer.`],
    }
  }
  const shortcut: Move = (random, value) => {
    const d = between(random, 2, 12)
    if (d >= value / 2) return null
    return {
      value: value - d,
      key: `shortcut ${d}`,
      phrases: [
        `Of this distance, ${d} kilometres were counted twice by mistake and must be taken off.`,
        `A ferry covers ${d} kilometres of that, and these do not count.`,
      ],
    }
  }
  const isTime = level > 1 && rng.integer(2) === 0
  const tale = writeTale(rng, {
    start: hours * speed,
    moves: [leg, detour, shortcut],
    count: level - 1 - (isTime ? 1 : 0),
  })
  if (tale === null) return null
  if (!isTime) {
    const ask = rng.pick(['How many kilometres is that in all?', 'How long is the whole way, in kilometres?'])
    return {
      question: [opening, ...tale.sentences, ask].join(' '),
      answer: String(tale.value),
      parameters: [hours, speed, ...tale.keys, 'distance'],
    }
  }
  const paces = [4, 5, 6, 8, 9, 10, 12, 15, 16, 18, 20, 24, 25, 30, 40, 45, 50].filter(
    (v) => tale.value % v === 0 && v !== speed && tale.value / v <= 40,
  )
  if (paces.length === 0) return null
  const pace = rng.pick(paces)
  const ask = rng.pick([
    `How many hours does the same way take at ${pace} kilometres per hour throughout?`,
    `${capital(rider.name)} wants to do the same distance at a steady ${pace} kilometres per hour. How many hours will it take?`,
  ])
  return {
    question: [opening, ...tale.sentences, ask].join(' '),
    answer: String(tale.value / pace),
    parameters: [hours, speed, ...tale.keys, 'time', pace],
  }
}

export const travel: Family = { name: 'travel', type: 'math', make }
