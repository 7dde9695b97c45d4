/** Prices that go up and down by percentages, with tax and vouchers. Every price on the way is a whole number of cents. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { between, printedNumber, wares } from '../words.ts'
import { isCents, type Move, toCents, writeTale } from './chain.ts'

function percent(
  kind: string,
  {
    sign,
    low,
    high,
    phrases,
  }: { readonly sign: number; readonly low: number; readonly high: number; readonly phrases: (p: number) => string[] },
): Move {
  return (rng, value) => {
    const p = between(rng, low, high, kind === 'tax' ? 1 : 5)
    const next = (value * (100 + sign * p)) / 100
    if (!isCents(next)) return null
    return { value: toCents(next), key: `${kind} ${p}`, phrases: phrases(p) }
  }
}

const cut = percent('cut', {
  sign: -1,
  low: 5,
  high: 60,
  phrases: (p) => [
    `In a sale the price is cut by ${p} percent.`,
    `The shop then gives a discount of ${p} percent.`,
    `A week later it is reduced by ${p} percent.`,
  ],
})
const rise = percent('rise', {
  sign: 1,
  low: 5,
  high: 40,
  phrases: (p) => [`Then the price goes up by ${p} percent.`, `After that the shop raises the price by ${p} percent.`],
})
const tax = percent('tax', {
  sign: 1,
  low: 4,
  high: 20,
  phrases: (p) => [`Sales tax of ${p} percent is added.`, `On top of that comes a tax of ${p} percent.`],
})
const voucher: Move = (rng, value) => {
  const v = between(rng, 3, 20)
  if (v >= value) return null
  return {
    value: toCents(value - v),
    key: `voucher ${v}`,
    phrases: [`A voucher takes another ${v} dollars off.`, `A customer hands in a voucher worth ${v} dollars.`],
  }
}

function make(rng: Rng, level: number): Draft | null {
  const thing = rng.pick(wares)
  const price = between(rng, 40, 800, 20)
  const tale = writeTale(rng, {
    start: price,
    moves: level === 1 ? [rng.pick([cut, rise, tax])] : [cut, rise, tax, voucher],
    count: level,
  })
  if (tale === null) return null
  const opening = rng.pick([
    `A ${thing} costs ${price} dollars.`,
    `The price of a ${thing} is ${price} dollars.`,
    `A shop lists a ${thing} at ${price} dollars.`,
    `At first a ${thing} is offered for ${price} dollars.`,
  ])
  const ask = rng.pick([
    'What is the final price, in dollars?',
    `How many dollars does the ${thing} cost in the end?`,
    `What does the ${thing} cost now, in dollars?`,
  ])
  return {
    question: [opening, ...tale.sentences, ask].join(' '),
    answer: printedNumber(tale.value),
    parameters: [price, ...tale.keys],
  }
}

export const discount: Family = { name: 'discount', type: 'math', make }
