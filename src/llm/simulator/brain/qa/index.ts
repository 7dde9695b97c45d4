/** The readers of questions about a passage, the more distinctive first. */
import type { Reader } from '../reading.ts'
import { employers, handovers, kinship, workshops } from './chains.ts'
import { bridges, fairs, members, museums, sameOrNot } from './records.ts'

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
