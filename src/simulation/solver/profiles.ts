/**
 * What a problem asks of its solver. Families of one problem type differ in this, so the type alone does not say
 * which workflow fits: the question does.
 */
import type { Reading } from './reading.ts'

/**
 * - `plain`: a short answer is right as often as it gets; wrong answers agree, so neither votes nor reviews help.
 * - `computation`: arithmetic or a procedure that a program gets right and a text does not.
 * - `reasoning`: worked out step by step; wrong answers scatter, so a vote helps where it is hard.
 * - `trap`: most fall for the same wrong answer, votes confirm it, a review finds it.
 * - `testing`: often wrong at first, for any writer; failed tests show what to repair.
 */
export type Profile = 'plain' | 'computation' | 'reasoning' | 'trap' | 'testing'

/** By the family of the reading; of code problems, by what the function takes. */
const profileOfFamily: Readonly<Record<string, Profile>> = {
  // math
  clock: 'plain',
  garden: 'plain',
  units: 'plain',
  averages: 'computation',
  fractions: 'computation',
  packing: 'computation',
  shopping: 'computation',
  ages: 'reasoning',
  mixture: 'reasoning',
  travel: 'reasoning',
  'work-rate': 'reasoning',
  calendar: 'trap',
  discount: 'trap',
  weekdays: 'trap',
  // qa
  employers: 'plain',
  workshops: 'plain',
  fairs: 'computation',
  museums: 'computation',
  bridges: 'reasoning',
  handovers: 'reasoning',
  kinship: 'reasoning',
  members: 'trap',
  'same-or-not': 'trap',
  // code
  'takes numbers': 'plain',
  'takes one number': 'computation',
  bands: 'computation',
  recurrence: 'computation',
  'takes text': 'testing',
  'takes tables': 'trap',
}

export function profileOf({ family }: Pick<Reading, 'family'>): Profile {
  return profileOfFamily[family] ?? 'plain'
}
