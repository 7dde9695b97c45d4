/** The reading families. */
import type { Family } from '../family.ts'
import { bridges } from './bridges.ts'
import { employers } from './employers.ts'
import { fairs } from './fairs.ts'
import { handovers } from './handovers.ts'
import { kinship } from './kinship.ts'
import { members } from './members.ts'
import { museums } from './museums.ts'
import { sameOrNot } from './same-or-not.ts'
import { workshops } from './workshops.ts'

export const qaFamilies: readonly Family[] = [
  bridges,
  employers,
  fairs,
  handovers,
  kinship,
  members,
  museums,
  sameOrNot,
  workshops,
]
