/** Comparisons of things by a number, some of them only among those of a certain time. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { between, several, towns } from '../words.ts'
import { passage, shape } from './passage.ts'

const kinds = [
  {
    thing: 'bridge',
    things: 'bridges',
    size: 'long',
    more: 'longer',
    most: 'longest',
    least: 'shortest',
    noun: 'length',
  },
  { thing: 'tower', things: 'towers', size: 'high', more: 'higher', most: 'highest', least: 'lowest', noun: 'height' },
  {
    thing: 'tunnel',
    things: 'tunnels',
    size: 'long',
    more: 'longer',
    most: 'longest',
    least: 'shortest',
    noun: 'length',
  },
] as const

function make(rng: Rng, level: number): Draft | null {
  const { hops, isCrowded } = shape(level)
  const kind = rng.pick(kinds)
  const count = isCrowded ? 9 : 5
  const names = several(rng, towns, count)
  const sizes = several(
    rng,
    Array.from({ length: 80 }, (_, i) => 60 + i * 7),
    count,
  )
  const years = several(
    rng,
    Array.from({ length: 110 }, (_, i) => 1905 + i),
    count,
  )
  const facts = names.map((name, i) =>
    rng.pick([
      `The ${name} ${kind.thing} is ${sizes[i]} metres ${kind.size} and was opened in ${years[i]}.`,
      `Opened in ${years[i]}, the ${name} ${kind.thing} has a ${kind.noun} of ${sizes[i]} metres.`,
      `With ${sizes[i]} metres, the ${name} ${kind.thing} from ${years[i]} is well known.`,
    ]),
  )
  const context = passage(rng, rng.shuffle(facts))
  if (context === null) return null
  const keys = [hops, ...names, ...sizes, ...years]
  if (hops === 1) {
    const [a, b] = rng.shuffle([0, 1]) as [number, number]
    const question = rng.pick([
      `Which ${kind.thing} is ${kind.more}, the ${names[a]} ${kind.thing} or the ${names[b]} ${kind.thing}?`,
      `Which is the ${kind.more} one, the ${names[a]} ${kind.thing} or the ${names[b]} ${kind.thing}?`,
    ])
    const winner = (sizes[0] as number) > (sizes[1] as number) ? names[0] : names[1]
    return { question, context, answer: `the ${winner} ${kind.thing}`, parameters: keys }
  }
  const isAfter = rng.integer(2) === 0
  const limit = between(rng, 1920, 2000, 5)
  const chosen = [...names.keys()]
    .filter((i) => (isAfter ? (years[i] as number) > limit : (years[i] as number) < limit))
    .sort((a, b) => (sizes[b] as number) - (sizes[a] as number))
  if (years.includes(limit) || chosen.length < 2 || chosen.length > count - 1) return null
  const when = `opened ${isAfter ? 'after' : 'before'} ${limit}`
  const top = chosen[0] as number
  const bottom = chosen[chosen.length - 1] as number
  if (hops === 2) {
    const isMost = rng.integer(3) > 0
    const extreme = isMost ? kind.most : kind.least
    const question = rng.pick([
      `Which is the ${extreme} of the ${kind.things} ${when}?`,
      `Of the ${kind.things} ${when}, which one is the ${extreme}?`,
    ])
    return {
      question,
      context,
      answer: `the ${names[isMost ? top : bottom]} ${kind.thing}`,
      parameters: [...keys, when, extreme],
    }
  }
  const question = rng.pick([
    `Of the ${kind.things} ${when}, how many metres ${kind.more} is the ${kind.most} than the ${kind.least}?`,
    `By how many metres is the ${kind.most} of the ${kind.things} ${when} ${kind.more} than the ${kind.least} of them?`,
  ])
  return {
    question,
    context,
    answer: String((sizes[top] as number) - (sizes[bottom] as number)),
    parameters: [...keys, when],
  }
}

export const bridges: Family = { name: 'bridges', type: 'qa', make }
