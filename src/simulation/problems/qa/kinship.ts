/** Mothers, grandmothers and husbands. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { menNames, several, womenNames } from '../words.ts'
import { passage, shape } from './passage.ts'

function make(rng: Rng, level: number): Draft | null {
  const { hops, isCrowded } = shape(level)
  const lines = isCrowded ? 4 : 2
  const women = several(rng, womenNames, lines * 3)
  const men = several(rng, menNames, lines * 2)
  const facts: string[] = []
  const mother = (child: string, parent: string): string =>
    rng.pick([
      `${parent} is the mother of ${child}.`,
      `The mother of ${child} is called ${parent}.`,
      `${child} is the daughter of ${parent}.`,
    ])
  const husband = (wife: string, man: string): string =>
    rng.pick([
      `${wife} is married to ${man}.`,
      `${man} is the husband of ${wife}.`,
      `${wife} has a husband named ${man}.`,
    ])
  for (let i = 0; i < lines; i++) {
    const [child, parent, grandparent] = women.slice(i * 3, i * 3 + 3) as [string, string, string]
    facts.push(
      mother(child, parent),
      mother(parent, grandparent),
      husband(parent, men[i * 2] as string),
      husband(grandparent, men[i * 2 + 1] as string),
    )
  }
  const context = passage(rng, rng.shuffle(facts))
  if (context === null) return null
  const [child, parent, grandparent] = women as [string, string, string]
  const byMarriage = rng.integer(2) === 0
  if (hops === 1) {
    const [question, answer] = byMarriage
      ? [rng.pick([`Who is the husband of ${parent}?`, `To whom is ${parent} married?`]), men[0] as string]
      : [rng.pick([`Who is the mother of ${child}?`, `What is the name of ${child}'s mother?`]), parent]
    return { question, context, answer, parameters: [1, byMarriage ? 'husband' : 'mother', ...women, ...men] }
  }
  if (hops === 2) {
    const [question, answer] = byMarriage
      ? [
          rng.pick([`Who is the husband of ${child}'s mother?`, `To whom is ${child}'s mother married?`]),
          men[0] as string,
        ]
      : [
          rng.pick([
            `Who is ${child}'s grandmother on the mother's side?`,
            `What is the name of the mother of ${child}'s mother?`,
          ]),
          grandparent,
        ]
    return { question, context, answer, parameters: [2, byMarriage ? 'husband' : 'mother', ...women, ...men] }
  }
  const question = rng.pick([
    `Who is the husband of ${child}'s grandmother on the mother's side?`,
    `To whom is the mother of ${child}'s mother married?`,
  ])
  return { question, context, answer: men[1] as string, parameters: [3, ...women, ...men] }
}

export const kinship: Family = { name: 'kinship', type: 'qa', make }
