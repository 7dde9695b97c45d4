/** Packing into boxes: what is left over, how many boxes are full, how many are needed. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { between, capital, crops, person } from '../words.ts'
import { type Move, writeTale } from './chain.ts'

function make(rng: Rng, level: number): Draft | null {
  const owner = person(rng)
  const things = rng.pick(crops)
  const start = between(rng, 60, 400)
  const more: Move = (random, value) => {
    const n = between(random, 11, 90)
    return {
      value: value + n,
      key: `more ${n}`,
      phrases: [`${capital(owner.she)} gets ${n} more.`, `Then ${n} more arrive.`],
    }
  }
  const away: Move = (random, value) => {
    const n = between(random, 8, 60)
    if (n > value - 40) return null
    return {
      value: value - n,
      key: `away ${n}`,
      phrases: [
        `${capital(owner.she)} gives away ${n} of them.`,
        `Then ${n} of them turn out to be broken and are thrown out.`,
      ],
    }
  }
  const crates: Move = (random, value) => {
    const c = between(random, 2, 6)
    const n = between(random, 9, 30)
    return {
      value: value + c * n,
      key: `crates ${c} ${n}`,
      phrases: [
        `A van brings ${c} crates with ${n} in each.`,
        `In the cellar stand ${c} more crates with ${n} in each.`,
      ],
    }
  }
  const tale = writeTale(rng, { start, moves: [more, away, crates], count: level - 1 })
  if (tale === null) return null
  const size = between(rng, 6, 24)
  const ending = rng.pick(['left', 'full', 'needed'])
  const rest = tale.value % size
  if (rest === 0) return null
  const opening = rng.pick([
    `${owner.name} has ${start} ${things} to pack into boxes of ${size}.`,
    `Boxes hold ${size} ${things} each, and ${owner.name} has ${start} ${things} to pack.`,
    `${owner.name} packs ${things} into boxes of ${size} and starts with ${start} of them.`,
  ])
  const asks: Record<string, string[]> = {
    left: [
      `How many ${things} are left over when as many boxes as possible are full?`,
      `How many ${things} remain outside the full boxes?`,
    ],
    full: [`How many boxes become completely full?`, `How many full boxes does that make?`],
    needed: [
      `How many boxes are needed for all of them?`,
      `How many boxes must there be so that nothing stays outside?`,
    ],
  }
  const answer = ending === 'left' ? rest : Math.floor(tale.value / size) + (ending === 'needed' ? 1 : 0)
  return {
    question: [opening, ...tale.sentences, rng.pick(asks[ending] as string[])].join(' '),
    answer: String(answer),
    parameters: [start, size, ...tale.keys, ending],
  }
}

export const packing: Family = { name: 'packing', type: 'math', make }
