/** Counting the members of a group who fit one or two conditions. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { between, people, several } from '../words.ts'
import { passage, shape } from './passage.ts'

const instruments = ['violin', 'cello', 'flute', 'harp'] as const
const groups = ['orchestra', 'band', 'ensemble'] as const

function make(rng: Rng, level: number): Draft | null {
  const { hops, isCrowded } = shape(level)
  const group = rng.pick(groups)
  const count = isCrowded ? 10 : 6
  const names = several(rng, people, count).map((one) => one.name)
  const choice = several(rng, instruments, 3)
  const plays = names.map(() => rng.pick(choice))
  const years = names.map(() => between(rng, 1996, 2023))
  const facts = names.map((name, i) =>
    rng.pick([
      `${name} joined the ${group} in ${years[i]} and plays the ${plays[i]}.`,
      `Since ${years[i]}, ${name} has played the ${plays[i]} in the ${group}.`,
      `The ${plays[i]} is played by ${name}, a member since ${years[i]}.`,
    ]),
  )
  const context = passage(rng, rng.shuffle(facts))
  if (context === null) return null
  const [one, two] = choice as [string, string]
  const tally = (instrument: string, fits: (i: number) => boolean): number =>
    names.filter((_, i) => plays[i] === instrument && fits(i)).length
  const keys = [hops, one, two, ...names, ...plays, ...years]
  if (hops === 1) {
    const answer = tally(one, () => true)
    return answer === 0
      ? null
      : {
          question: rng.pick([
            `How many members of the ${group} play the ${one}?`,
            `How many people in the ${group} play the ${one}?`,
          ]),
          context,
          answer: String(answer),
          parameters: keys,
        }
  }
  const isBefore = rng.integer(2) === 0
  const limit = between(rng, 2002, 2016)
  if (years.includes(limit)) return null
  const fits = (i: number): boolean => (isBefore ? (years[i] as number) < limit : (years[i] as number) > limit)
  const when = `joined ${isBefore ? 'before' : 'after'} ${limit}`
  if (hops === 2) {
    const answer = tally(one, fits)
    if (answer === 0 || answer === tally(one, () => true)) return null
    return {
      question: rng.pick([
        `How many of the members who ${when} play the ${one}?`,
        `How many ${group} members play the ${one} and ${when}?`,
      ]),
      context,
      answer: String(answer),
      parameters: [...keys, when],
    }
  }
  const difference = tally(one, fits) - tally(two, fits)
  if (difference <= 0) return null
  const question = rng.pick([
    `Among the members who ${when}, how many more play the ${one} than the ${two}?`,
    `How many more of the members who ${when} play the ${one} than the ${two}?`,
  ])
  return { question, context, answer: String(difference), parameters: [...keys, when] }
}

export const members: Family = { name: 'members', type: 'qa', make }
