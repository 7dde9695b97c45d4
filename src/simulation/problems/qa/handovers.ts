/** Objects that go from hand to hand: who has one at the end. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { people, several } from '../words.ts'
import { passage, shape } from './passage.ts'

const objects = ['compass', 'key', 'lantern', 'umbrella', 'notebook', 'camera', 'whistle', 'map'] as const

function make(rng: Rng, level: number): Draft | null {
  const { hops, isCrowded } = shape(level)
  const count = isCrowded ? 4 : 2
  const things = several(rng, objects, count)
  const names = several(rng, people, 8).map((one) => one.name)
  const paths = things.map((_, i) => several(rng, names, (i === 0 ? hops : 1 + rng.integer(3)) + 1))
  const starts = things.map((thing, i) =>
    rng.pick([
      `At the beginning ${paths[i]?.[0]} had the ${thing}.`,
      `The ${thing} belonged to ${paths[i]?.[0]} at first.`,
    ]),
  )
  const moves: string[] = []
  const at = things.map(() => 0)
  for (;;) {
    const open = [...things.keys()].filter((i) => (at[i] as number) < (paths[i]?.length ?? 0) - 1)
    if (open.length === 0) break
    const i = rng.pick(open)
    const from = paths[i]?.[at[i] as number]
    const to = paths[i]?.[(at[i] as number) + 1]
    at[i] = (at[i] as number) + 1
    moves.push(
      rng.pick([
        `${from} gave the ${things[i]} to ${to}.`,
        `Then ${to} got the ${things[i]} from ${from}.`,
        `Later ${from} handed the ${things[i]} over to ${to}.`,
      ]),
    )
  }
  const context = passage(rng, [...rng.shuffle(starts), ...moves])
  if (context === null) return null
  const thing = things[0] as string
  const path = paths[0] as string[]
  const question = rng.pick([
    `Who has the ${thing} at the end?`,
    `In whose hands is the ${thing} at the end?`,
    `Who holds the ${thing} after all this?`,
  ])
  return { question, context, answer: path[path.length - 1] as string, parameters: [hops, ...things, ...paths.flat()] }
}

export const handovers: Family = { name: 'handovers', type: 'qa', make }
