/** Workshops, who leads them, where they meet, and on which floor that is. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { people, several } from '../words.ts'
import { passage, shape } from './passage.ts'

const crafts = ['pottery', 'weaving', 'drawing', 'baking', 'carving', 'printing', 'sewing', 'singing'] as const
const rooms = ['blue', 'green', 'yellow', 'white', 'orange', 'purple', 'silver', 'red'] as const
const floors = ['ground', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh'] as const

function make(rng: Rng, level: number): Draft | null {
  const { hops, isCrowded } = shape(level)
  const count = isCrowded ? 5 : 3
  const names = several(rng, people, count).map((one) => one.name)
  const topics = several(rng, crafts, count)
  const places = several(rng, rooms, count)
  const levels = several(rng, floors, count)
  const facts = names.flatMap((name, i) => [
    rng.pick([`${name} leads the ${topics[i]} workshop.`, `The ${topics[i]} workshop is led by ${name}.`]),
    rng.pick([
      `The ${topics[i]} workshop meets in the ${places[i]} room.`,
      `For the ${topics[i]} workshop the ${places[i]} room is reserved.`,
    ]),
    rng.pick([
      `The ${places[i]} room is on the ${levels[i]} floor.`,
      `On the ${levels[i]} floor there is the ${places[i]} room.`,
    ]),
  ])
  const context = passage(rng, rng.shuffle(facts))
  if (context === null) return null
  const asks = [
    [`In which room does the ${topics[0]} workshop meet?`, `Which room is reserved for the ${topics[0]} workshop?`],
    [
      `In which room does the workshop led by ${names[0]} meet?`,
      `Which room is reserved for the workshop that ${names[0]} leads?`,
    ],
    [
      `On which floor does the workshop led by ${names[0]} meet?`,
      `On which floor is the room of the workshop that ${names[0]} leads?`,
    ],
  ][hops - 1] as string[]
  const answer = hops === 3 ? `the ${levels[0]} floor` : `the ${places[0]} room`
  return { question: rng.pick(asks), context, answer, parameters: [hops, ...names, ...topics, ...places, ...levels] }
}

export const workshops: Family = { name: 'workshops', type: 'qa', make }
