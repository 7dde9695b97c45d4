/** Verbs over the digits of a number. */
import { type Entry, final, plainEntry, stage } from './entry.ts'

export const digitVerbs: readonly Entry[] = [
  { ...stage(/splits it into its decimal digits/gi, '[int(c) for c in str(V)]'), isFree: true },
  stage(
    /keeps only the digits greater than (\d)|drops all digits up to (\d)/gi,
    '[d for d in V if d > $1$2]',
    '[d for d in V if d >= $1$2]',
    '[d for d in V if d < $1$2]',
  ),
  stage(/leaves out every digit (\d)/gi, '[d for d in V if d != $1]', '[d for d in V if d == $1]'),
  stage(/adds (\d+) to each digit/gi, '[d + $1 for d in V]', '[d - $1 for d in V]'),
  stage(/multiplies each digit by (\d+)/gi, '[d * $1 for d in V]', '[d + $1 for d in V]'),
  stage(/keeps only the even digits/gi, '[d for d in V if d % 2 == 0]', '[d for d in V if d % 2 == 1]'),
  stage(/keeps only the odd digits/gi, '[d for d in V if d % 2 == 1]', '[d for d in V if d % 2 == 0]'),
  stage(/keeps only the first (\d+) digits/gi, 'V[:$1]', 'V[:$1+1]', 'V[-$1:]'),
  stage(/squares each digit/gi, '[d ** 2 for d in V]', '[d * 2 for d in V]'),
  final(/returns their alternating sum/gi, 'sum(V[::2]) - sum(V[1::2])', 'sum(V[1::2]) - sum(V[::2])', 'sum(V)'),
  plainEntry(/returns them as a list(?! in)/gi),
]
