/** Verbs over the characters of a string. */
import { type Entry, final, plainEntry, stage } from './entry.ts'

export const textVerbs: readonly Entry[] = [
  stage(
    /(?:replaces every|changes each) '(\w)' (?:with|into) '(\w)'/gi,
    'V.replace("$1", "$2")',
    'V.replace("$2", "$1")',
    'V.replace("$1", "$2", 1)',
  ),
  stage(/(?:removes every|deletes each) '(\w)'/gi, 'V.replace("$1", "")', 'V.replace("$1", "", 1)'),
  stage(/doubles every '(\w)'/gi, 'V.replace("$1", "$1$1")', 'V.replace("$1", "$1$1", 1)'),
  stage(
    /removes all vowels/gi,
    '"".join(c for c in V if c not in "aeiou")',
    '"".join(c for c in V if c not in "aeio")',
  ),
  stage(/removes all digits/gi, '"".join(c for c in V if not c.isdigit())', '"".join(c for c in V if c.isdigit())'),
  stage(/reverses the text|writes the text backwards/gi, 'V[::-1]', '" ".join(V.split(" ")[::-1])'),
  stage(
    /turns every (second|third|fourth|fifth) character into upper case/gi,
    '"".join(c.upper() if i % $1 == $1-1 else c for i, c in enumerate(V))',
    '"".join(c.upper() if i % $1 == 0 else c for i, c in enumerate(V))',
  ),
  stage(/keeps only the first (\d+) characters/gi, 'V[:$1]', 'V[:$1-1]', 'V[-$1:]'),
  stage(/cuts off the last (\d+) characters/gi, 'V[:-$1]', 'V[$1:]'),
  stage(
    /shifts each letter (\d+) places? forward/gi,
    '"".join(chr((ord(c) - 97 + $1) % 26 + 97) if c.islower() else c for c in V)',
    '"".join(chr((ord(c) - 97 - $1) % 26 + 97) if c.islower() else c for c in V)',
    '"".join(chr(ord(c) + $1) if c.islower() else c for c in V)',
  ),
  stage(
    /shifts each letter (\d+) places? back\b/gi,
    '"".join(chr((ord(c) - 97 - $1) % 26 + 97) if c.islower() else c for c in V)',
    '"".join(chr((ord(c) - 97 + $1) % 26 + 97) if c.islower() else c for c in V)',
    '"".join(chr(ord(c) - $1) if c.islower() else c for c in V)',
  ),
  stage(
    /replaces each letter with its mirror image/gi,
    '"".join(chr(122 - (ord(c) - 97)) if c.islower() else c for c in V)',
    '"".join(chr((ord(c) - 97 + 13) % 26 + 97) if c.islower() else c for c in V)',
  ),
  stage(/removes all spaces/gi, 'V.replace(" ", "")', 'V.replace(" ", "", 1)'),
  stage(
    /groups of (\d+) characters joined with '(.)'/gi,
    '"$2".join(V[i:i + $1] for i in range(0, len(V), $1))',
    '"$2".join(V[i:i + $1+1] for i in range(0, len(V), $1+1))',
  ),
  stage(/moves the first (\d+) characters to the end/gi, 'V[$1:] + V[:$1]', 'V[-$1:] + V[:-$1]'),
  stage(/moves the first character to the end/gi, 'V[1:] + V[:1]', 'V[-1:] + V[:-1]'),
  plainEntry(/returns the (?:result\b|new text)/gi),
  final(/returns how many characters are left/gi, 'len(V)', 'len(set(V))'),
  final(/returns how often '(\w)' then occurs/gi, 'V.count("$1")', '1 if "$1" in V else 0'),
]
