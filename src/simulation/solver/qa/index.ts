/** The readers of questions about a passage, the more distinctive first. */
import type { Reader } from '../reading.ts'
import { bridgesReader } from './bridges.ts'
import { employersReader, handoversReader, kinshipReader, workshopsReader } from './chains.ts'
import { fairsReader } from './fairs.ts'
import { membersReader } from './members.ts'
import { museumsReader } from './museums.ts'
import { sameOrNotReader } from './same-or-not.ts'

export const qaReaders: readonly Reader[] = [
  employersReader,
  workshopsReader,
  fairsReader,
  museumsReader,
  membersReader,
  bridgesReader,
  handoversReader,
  kinshipReader,
  sameOrNotReader,
]
