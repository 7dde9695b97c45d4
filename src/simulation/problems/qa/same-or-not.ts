/** Yes-or-no questions about birthplaces and instruments. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { people, several, towns } from '../words.ts'
import { passage, shape } from './passage.ts'

const instruments = ['violin', 'cello', 'flute', 'harp', 'trumpet', 'piano'] as const
const counties = 'Arden Belmar Cressing Dornach Elbury'.split(' ')

function make(rng: Rng, level: number): Draft | null {
  const { hops, isCrowded } = shape(level)
  const count = isCrowded ? 6 : hops === 3 ? 4 : 3
  const names = several(rng, people, count).map((one) => one.name)
  const places = several(rng, towns, hops === 3 ? 4 : Math.max(2, count - 2))
  const regions = several(rng, counties, 2)
  const isYes = rng.integer(2) === 0
  const born = names.map(() => rng.pick(places))
  const plays = names.map(() => rng.pick(instruments))
  const region = new Map(places.map((place) => [place, rng.pick(regions)]))
  const facts = names.flatMap((name, i) => [
    rng.pick([
      `${name} was born in ${born[i]}.`,
      `The birthplace of ${name} is ${born[i]}.`,
      `${name} comes from ${born[i]}.`,
    ]),
    rng.pick([`${name} plays the ${plays[i]}.`, `The instrument of ${name} is the ${plays[i]}.`]),
  ])
  if (hops === 3)
    for (const place of places)
      facts.push(
        rng.pick([
          `${place} belongs to the county of ${region.get(place)}.`,
          `The town of ${place} is part of the county of ${region.get(place)}.`,
        ]),
      )
  const context = passage(rng, rng.shuffle(facts))
  if (context === null) return null
  const [a, b] = names as [string, string]
  const keys = [...names, ...born, ...plays, ...places.map((place) => region.get(place) as string)]
  const answer = isYes ? 'yes' : 'no'
  if (hops === 1) {
    const asked = rng.pick(instruments)
    if ((asked === plays[0]) !== isYes) return null
    return {
      question: rng.pick([`Does ${a} play the ${asked}?`, `Is it true that ${a} plays the ${asked}?`]),
      context,
      answer,
      parameters: [1, asked, ...keys],
    }
  }
  if (hops === 2) {
    const byBirth = rng.integer(2) === 0
    if ((byBirth ? born[0] === born[1] : plays[0] === plays[1]) !== isYes) return null
    const question = byBirth
      ? rng.pick([`Were ${a} and ${b} born in the same town?`, `Do ${a} and ${b} have the same birthplace?`])
      : rng.pick([`Do ${a} and ${b} play the same instrument?`, `Is the instrument of ${a} the same as that of ${b}?`])
    return { question, context, answer, parameters: [2, byBirth ? 'born' : 'plays', ...keys] }
  }
  if (born[0] === born[1] || (region.get(born[0] as string) === region.get(born[1] as string)) !== isYes) return null
  return {
    question: rng.pick([
      `Were ${a} and ${b} born in the same county?`,
      `Are the birthplaces of ${a} and ${b} in the same county?`,
    ]),
    context,
    answer,
    parameters: [3, ...keys],
  }
}

export const sameOrNot: Family = { name: 'same-or-not', type: 'qa', make }
