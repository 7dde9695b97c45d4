/** Verbs over the words of a string. */
import { type Entry, final, plainEntry, stage } from './entry.ts'

export const wordVerbs: readonly Entry[] = [
  { ...stage(/splits it into words/gi, 'V.split()'), isFree: true },
  stage(
    /keeps only the words with at least (\d+) letters|drops the words with fewer than (\d+) letters/gi,
    '[w for w in V if len(w) >= $1$2]',
    '[w for w in V if len(w) > $1$2]',
    '[w for w in V if len(w) < $1$2]',
  ),
  stage(
    /keeps only the words with at most (\d+) letters|drops the words with more than (\d+) letters/gi,
    '[w for w in V if len(w) <= $1$2]',
    '[w for w in V if len(w) < $1$2]',
    '[w for w in V if len(w) > $1$2]',
  ),
  stage(
    /keeps only the words that (?:start|begin) with '(\w)'/gi,
    '[w for w in V if w[0] == "$1"]',
    '[w for w in V if "$1" in w]',
  ),
  stage(
    /drops the words that (?:start|begin) with '(\w)'/gi,
    '[w for w in V if w[0] != "$1"]',
    '[w for w in V if "$1" not in w]',
  ),
  stage(
    /keeps only the words that contain '(\w)'/gi,
    '[w for w in V if "$1" in w]',
    '[w for w in V if w.startswith("$1")]',
  ),
  stage(/drops the words that contain '(\w)'/gi, '[w for w in V if "$1" not in w]', '[w for w in V if "$1" in w]'),
  stage(/reverses each word|spells each word backwards/gi, '[w[::-1] for w in V]', '[w for w in V]'),
  stage(/turns each word into upper case/gi, '[w.upper() for w in V]', '[w.capitalize() for w in V]'),
  stage(
    /shortens each word to its first (\d+) letters/gi,
    '[w[:$1] for w in V]',
    '[w[:$1+1] for w in V]',
    '[w[-$1:] for w in V]',
  ),
  stage(/adds the letter '(\w)' to the end of each word/gi, '[w + "$1" for w in V]', '["$1" + w for w in V]'),
  stage(
    /replaces '(\w)' with '(\w)' in each word/gi,
    '[w.replace("$1", "$2") for w in V]',
    '[w.replace("$2", "$1") for w in V]',
  ),
  stage(/removes repeated words/gi, 'list(dict.fromkeys(V))', 'sorted(set(V))'),
  stage(/puts the words in reverse order/gi, 'V[::-1]', 'sorted(V, reverse=True)'),
  plainEntry(/returns the (?:resulting list of words|list of these words)/gi),
  final(/returns (?:how many words are left|the number of words left)/gi, 'len(V)', 'len(set(V))', 'len("".join(V))'),
  final(/returns the longest of them/gi, 'max(V, key=len) if V else ""', 'max(V[::-1], key=len) if V else ""'),
  final(/returns them as a list in alphabetical order/gi, 'sorted(V)', 'sorted(V, reverse=True)'),
  final(/returns them joined with '([^'])'/gi, '"$1".join(V)', '"".join(V)'),
]
