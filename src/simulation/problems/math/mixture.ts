/** Mixtures: how much of a substance is in liquids of known strength, together, and what strength the mix has. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { between, printedNumber } from '../words.ts'
import { isCents } from './chain.ts'

const kinds = [
  { liquid: 'syrup', part: 'sugar' },
  { liquid: 'brine', part: 'salt' },
  { liquid: 'juice drink', part: 'fruit juice' },
  { liquid: 'cleaning liquid', part: 'soap' },
  { liquid: 'fertiliser', part: 'nitrogen' },
] as const

function make(rng: Rng, level: number): Draft | null {
  const { liquid, part } = rng.pick(kinds)
  const portions = level <= 2 ? 1 : level === 5 && rng.integer(2) === 0 ? 3 : 2
  const amounts = Array.from({ length: portions }, () => between(rng, 50, 900, 50))
  const strengths = Array.from({ length: portions }, () => between(rng, 4, 60, 2))
  if (new Set(strengths).size < portions) return null
  const inside = amounts.map((amount, i) => (amount * (strengths[i] as number)) / 100)
  const held = inside.reduce((sum, x) => sum + x, 0)
  const whole = amounts.reduce((sum, x) => sum + x, 0)
  const a = amounts.map((amount, i) => `${amount} grams of ${liquid} with ${strengths[i]} percent ${part}`)
  const opening =
    portions === 1
      ? rng.pick([
          `A jar holds ${a[0]}.`,
          `A cook takes ${amounts[0]} grams of ${liquid} with ${strengths[0]} percent ${part}.`,
          `There are ${a[0]} in a pan.`,
        ])
      : rng.pick([
          `A cook mixes ${a.slice(0, -1).join(', ')} and ${a[portions - 1]}.`,
          `Into one bowl go ${a.slice(0, -1).join(', ')} and ${a[portions - 1]}.`,
          `Someone pours together ${a.slice(0, -1).join(', ')} and ${a[portions - 1]}.`,
        ])
  const keys: (string | number)[] = amounts.flatMap((amount, i) => [amount, strengths[i] as number])
  const extra = between(rng, 10, 200, 10)
  const stir = rng.pick([
    `Then ${extra} grams of pure ${part} are stirred in.`,
    `Another ${extra} grams of pure ${part} are added.`,
  ])
  const askPart = rng.pick([`How many grams of ${part} are in it?`, `How many grams of ${part} does it contain?`])
  if (level === 1)
    return { question: `${opening} ${askPart}`, answer: printedNumber(held), parameters: [...keys, 'part'] }
  if (level === 2)
    return {
      question: `${opening} ${stir} ${askPart}`,
      answer: printedNumber(held + extra),
      parameters: [...keys, 'stir', extra],
    }
  if (level === 3)
    return {
      question: `${opening} How many grams of ${part} does the mixture contain?`,
      answer: printedNumber(held),
      parameters: [...keys, 'part'],
    }
  const ask = rng.pick([
    `What percentage of the mixture is ${part}?`,
    `How many percent of ${part} does the mixture have?`,
  ])
  const water = level === 5 && portions === 2 ? between(rng, 50, 500, 50) : 0
  const strength = (100 * held) / (whole + water)
  if (!isCents(strength)) return null
  const pour =
    water > 0
      ? rng.pick([` Then ${water} grams of water are poured in.`, ` It is thinned with ${water} grams of water.`])
      : ''
  return {
    question: `${opening}${pour} ${ask}`,
    answer: printedNumber(strength),
    parameters: [...keys, 'percent', water],
  }
}

export const mixture: Family = { name: 'mixture', type: 'math', make }
