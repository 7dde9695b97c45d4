/** The readers of questions about a passage, the more distinctive first. */
import type { Reader } from '../reading.ts'
import { bridges } from './bridges.ts'
import { employers, handovers, kinship, workshops } from './chains.ts'
import { fairs } from './fairs.ts'
import { members } from './members.ts'
import { museums } from './museums.ts'
import { sameOrNot } from './same-or-not.ts'

export const qaReaders: readonly Reader[] = [
  employers,
  workshops,
  fairs,
  museums,
  members,
  bridges,
  handovers,
  kinship,
  sameOrNot,
]
