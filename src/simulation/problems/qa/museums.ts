/** Years of opening and those who designed the buildings. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { people, several, surnames, towns } from '../words.ts'
import { passage, shape } from './passage.ts'

const kinds = ['museum', 'library', 'theatre', 'station'] as const

function make(rng: Rng, level: number): Draft | null {
  const { hops, isCrowded } = shape(level)
  const kind = rng.pick(kinds)
  const count = isCrowded ? 7 : 4
  const names = several(rng, towns, count)
  const makers = several(rng, people, count).map(
    (one, i) => `${one.name} ${surnames[(i * 7 + rng.integer(7)) % surnames.length]}`,
  )
  const years = several(
    rng,
    Array.from({ length: 130 }, (_, i) => 1880 + i),
    count,
  )
  const facts = names.flatMap((name, i) => [
    rng.pick([
      `The ${name} ${kind} opened in ${years[i]}.`,
      `In ${years[i]} the ${name} ${kind} opened its doors.`,
      `The doors of the ${name} ${kind} have been open since ${years[i]}.`,
    ]),
    rng.pick([`${makers[i]} designed the ${name} ${kind}.`, `The ${name} ${kind} was designed by ${makers[i]}.`]),
  ])
  const context = passage(rng, rng.shuffle(facts))
  if (context === null) return null
  const keys = [hops, kind, ...names, ...makers, ...years]
  const [first, second] = (years[0] as number) < (years[1] as number) ? [0, 1] : [1, 0]
  const gap = String((years[second] as number) - (years[first] as number))
  if (hops === 1)
    return {
      question: rng.pick([
        `In which year did the ${names[0]} ${kind} open?`,
        `Since which year has the ${names[0]} ${kind} been open?`,
      ]),
      context,
      answer: String(years[0]),
      parameters: keys,
    }
  if (hops === 2) {
    if (rng.integer(2) === 0) {
      return {
        question: rng.pick([
          `In which year did the ${kind} designed by ${makers[0]} open?`,
          `Since which year has the ${kind} designed by ${makers[0]} been open?`,
        ]),
        context,
        answer: String(years[0]),
        parameters: [...keys, 'designed'],
      }
    }
    return {
      question: rng.pick([
        `How many years after the ${names[first]} ${kind} did the ${names[second]} ${kind} open?`,
        `How many years lie between the openings of the ${names[first]} ${kind} and the ${names[second]} ${kind}?`,
      ]),
      context,
      answer: gap,
      parameters: [...keys, 'gap'],
    }
  }
  const question = rng.pick([
    `How many years lie between the openings of the ${kind} designed by ${makers[first]} and the ${kind} designed by ${makers[second]}?`,
    `How many years after the ${kind} designed by ${makers[first]} did the ${kind} designed by ${makers[second]} open?`,
  ])
  return { question, context, answer: gap, parameters: keys }
}

export const museums: Family = { name: 'museums', type: 'qa', make }
