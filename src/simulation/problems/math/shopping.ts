/** Bills: items at a price each, coupons, delivery; then what is paid, the share of each friend, or the change. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { between, capital, goods, person, several } from '../words.ts'
import { type Move, writeTale } from './chain.ts'

function make(rng: Rng, level: number): Draft | null {
  const buyer = person(rng)
  const things = several(rng, goods, 4).map(([plural]) => plural)
  const count = between(rng, 2, 12)
  const price = between(rng, 2, 25)
  const start = count * price
  const [first] = things
  const opening = rng.pick([
    `${buyer.name} buys ${count} ${first} at ${price} dollars each.`,
    `At the market ${buyer.name} picks out ${count} ${first} at ${price} dollars each.`,
    `A shop sells ${first} for ${price} dollars each, and ${buyer.name} takes ${count} of them.`,
    `${buyer.name} needs ${first}. One costs ${price} dollars and ${buyer.she} takes ${count}.`,
  ])
  const ending = level === 1 ? 'pay' : rng.pick(['pay', 'split', 'change'])
  const events = level - 1 - (ending === 'pay' ? 0 : 1)
  let next = 1
  const more: Move = (random, value) => {
    const a = between(random, 2, 9)
    const p = between(random, 2, 15)
    const thing = things[next++ % things.length]
    return {
      value: value + a * p,
      key: `more ${a} ${p}`,
      phrases: [
        `${capital(buyer.she)} also buys ${a} ${thing} at ${p} dollars each.`,
        `Another ${a} ${thing} at ${p} dollars each go into the basket.`,
      ],
    }
  }
  const coupon: Move = (random, value) => {
    const c = between(random, 2, 15)
    if (c >= value) return null
    return {
      value: value - c,
      key: `coupon ${c}`,
      phrases: [`A coupon takes ${c} dollars off the bill.`, `With a coupon the bill drops by ${c} dollars.`],
    }
  }
  const delivery: Move = (random, value) => {
    const c = between(random, 3, 12)
    return {
      value: value + c,
      key: `delivery ${c}`,
      phrases: [`Delivery adds ${c} dollars.`, `The shop charges ${c} dollars for delivery.`],
    }
  }
  const tale = writeTale(rng, { start, moves: [more, coupon, delivery], count: events })
  if (tale === null) return null
  const end = finish(rng, tale.value, { ending, name: buyer.name })
  if (end === null) return null
  return {
    question: [opening, ...tale.sentences, end.text].join(' '),
    answer: String(end.value),
    parameters: [count, price, ...tale.keys, end.key],
  }
}

function finish(
  rng: Rng,
  bill: number,
  { ending, name }: { readonly ending: string; readonly name: string },
): { text: string; value: number; key: string } | null {
  if (ending === 'split') {
    const friends = [2, 3, 4, 5, 6].filter((k) => bill % k === 0)
    if (friends.length === 0) return null
    const k = rng.pick(friends)
    const text = rng.pick([
      `The bill is then split evenly between ${k} friends. How many dollars does each of them pay?`,
      `In the end ${k} friends share the bill equally. How many dollars is that for each?`,
    ])
    return { text, value: bill / k, key: `split ${k}` }
  }
  if (ending === 'change') {
    const note = [20, 50, 100, 200, 500, 1000].find((paper) => paper > bill)
    if (note === undefined) return null
    const text = rng.pick([
      `${name} pays with a ${note}-dollar note. How many dollars of change come back?`,
      `How many dollars of change does ${name} get from a ${note}-dollar note?`,
    ])
    return { text, value: note - bill, key: `change ${note}` }
  }
  const text = rng.pick([
    `How many dollars does ${name} pay in all?`,
    'What is the total bill, in dollars?',
    `How much money does ${name} spend, in dollars?`,
  ])
  return { text, value: bill, key: 'pay' }
}

export const shopping: Family = { name: 'shopping', type: 'math', make }
