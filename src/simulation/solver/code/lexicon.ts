/** All verbs that the solver understands in code problems. */

import { digitVerbs } from './digit-verbs.ts'
import type { Entry } from './entry.ts'
import { numberVerbs } from './number-verbs.ts'
import { tableVerbs } from './table-verbs.ts'
import { textVerbs } from './text-verbs.ts'
import { wordVerbs } from './word-verbs.ts'

export const lexicon: readonly Entry[] = [...numberVerbs, ...wordVerbs, ...textVerbs, ...tableVerbs, ...digitVerbs]
