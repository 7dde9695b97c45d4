/** Amounts per piece, per day, per week, turned into larger units and money. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { between, printedNumber } from '../words.ts'
import { isCents } from './chain.ts'

const stories = [
  {
    place: 'bakery',
    thing: 'flour',
    piece: 'loaf',
    pieces: 'loaves',
    make: 'bakes',
    small: 'grams',
    large: 'kilograms',
    one: 'kilogram',
  },
  {
    place: 'dairy',
    thing: 'milk',
    piece: 'cheese',
    pieces: 'cheeses',
    make: 'makes',
    small: 'millilitres',
    large: 'litres',
    one: 'litre',
  },
  {
    place: 'tailor',
    thing: 'ribbon',
    piece: 'hat',
    pieces: 'hats',
    make: 'trims',
    small: 'millimetres',
    large: 'metres',
    one: 'metre',
  },
  {
    place: 'pottery',
    thing: 'clay',
    piece: 'vase',
    pieces: 'vases',
    make: 'shapes',
    small: 'grams',
    large: 'kilograms',
    one: 'kilogram',
  },
] as const

function make(rng: Rng, level: number): Draft | null {
  const story = rng.pick(stories)
  const amount = between(rng, 40, 950, 10)
  const count = between(rng, 6, 60)
  const days = level >= 3 ? between(rng, 2, 7) : 1
  const weeks = level >= 5 || (level === 4 && rng.integer(2) === 0) ? between(rng, 2, 9) : 1
  const hasPrice = level >= 5 || (level === 4 && weeks === 1)
  const price = hasPrice ? between(rng, 2, 9) : 1
  const inLarge = level >= 2
  const value = (amount * count * days * weeks * price) / (inLarge ? 1000 : 1)
  if (!isCents(value)) return null
  const sentences = [
    rng.pick([
      `A ${story.place} uses ${amount} ${story.small} of ${story.thing} for each ${story.piece}.`,
      `For one ${story.piece} a ${story.place} needs ${amount} ${story.small} of ${story.thing}.`,
      `Each ${story.piece} from a ${story.place} takes ${amount} ${story.small} of ${story.thing}.`,
    ]),
    rng.pick([
      `It ${story.make} ${count} ${story.pieces} a day.`,
      `Every day it ${story.make} ${count} ${story.pieces}.`,
    ]),
  ]
  if (days > 1) sentences.push(rng.pick([`It is open ${days} days a week.`, `It works on ${days} days of the week.`]))
  if (hasPrice)
    sentences.push(
      rng.pick([
        `One ${story.one} of ${story.thing} costs ${price} dollars.`,
        `It pays ${price} dollars for a ${story.one} of ${story.thing}.`,
      ]),
    )
  const period = weeks > 1 ? `in ${weeks} weeks` : days > 1 ? 'in a week' : 'in a day'
  sentences.push(
    hasPrice
      ? rng.pick([
          `How many dollars does it spend on ${story.thing} ${period}?`,
          `What does the ${story.thing} cost ${period}, in dollars?`,
        ])
      : rng.pick([
          `How many ${inLarge ? story.large : story.small} of ${story.thing} does it use ${period}?`,
          `How much ${story.thing} does it need ${period}, in ${inLarge ? story.large : story.small}?`,
        ]),
  )
  return {
    question: sentences.join(' '),
    answer: printedNumber(value),
    parameters: [amount, count, days, weeks, price, inLarge ? 'large' : 'small'],
  }
}

export const units: Family = { name: 'units', type: 'math', make }
