/** Who works where, where the companies have their seats, and in which county that is: one to three hops. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { people, several, surnames, towns } from '../words.ts'
import { passage, shape } from './passage.ts'

const companies =
  'Altera Brightline Corvus Deltamar Everfold Fairhaven Granite Heliox Inkwell Juniper Kestral Lumina Morrow Northgate Orvell Pinecrest Quillon Redwood Silverline Tidewater'.split(
    ' ',
  )
const endings = ['Press', 'Foods', 'Motors', 'Textiles', 'Books', 'Tools'] as const
const counties = 'Arden Belmar Cressing Dornach Elbury Falken Galden Hestor'.split(' ')

function make(rng: Rng, level: number): Draft | null {
  const { hops, isCrowded } = shape(level)
  const count = isCrowded ? 5 : 3
  const names = several(rng, people, count).map((one, i) => `${one.name} ${several(rng, surnames, count)[i]}`)
  const firms = several(rng, companies, count).map((name) => `${name} ${rng.pick(endings)}`)
  const seats = several(rng, towns, count)
  const regions = several(rng, counties, count)
  const facts = names.flatMap((name, i) => [
    rng.pick([
      `${name} works for ${firms[i]}.`,
      `${name} is employed at ${firms[i]}.`,
      `${firms[i]} pays the salary of ${name}.`,
    ]),
    rng.pick([
      `${firms[i]} has its head office in ${seats[i]}.`,
      `The head office of ${firms[i]} stands in ${seats[i]}.`,
    ]),
    rng.pick([`${seats[i]} lies in the county of ${regions[i]}.`, `The county of ${regions[i]} includes ${seats[i]}.`]),
  ])
  const context = passage(rng, rng.shuffle(facts))
  if (context === null) return null
  const who = names[0] as string
  const asks = [
    [`Which company does ${who} work for?`, `What is the name of the company that employs ${who}?`],
    [
      `In which town is the head office of the company that employs ${who}?`,
      `In which town does the employer of ${who} have its head office?`,
    ],
    [
      `In which county does the employer of ${who} have its head office?`,
      `In which county is the head office of the company that employs ${who}?`,
    ],
  ][hops - 1] as string[]
  const answer = [firms[0], seats[0], regions[0]][hops - 1] as string
  return { question: rng.pick(asks), context, answer, parameters: [hops, ...names, ...firms, ...seats, ...regions] }
}

export const employers: Family = { name: 'employers', type: 'qa', make }
