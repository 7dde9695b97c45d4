/** Verbs over dictionaries, pairs, rows and groups. */
import { type Entry, final, plainEntry, stage } from './entry.ts'

export const tableVerbs: readonly Entry[] = [
  stage(
    /keeps only the items with fewer than (\d+) pieces|drops the items with (\d+) pieces or more/gi,
    '{k: v for k, v in V.items() if v < $1$2}',
    '{k: v for k, v in V.items() if v <= $1$2}',
    '{k: v for k, v in V.items() if v > $1$2}',
  ),
  stage(
    /keeps only the items with at least (\d+) pieces|drops the items with fewer than (\d+) pieces/gi,
    '{k: v for k, v in V.items() if v >= $1$2}',
    '{k: v for k, v in V.items() if v > $1$2}',
    '{k: v for k, v in V.items() if v < $1$2}',
  ),
  stage(
    /drops the items whose name starts with '(\w)'/gi,
    '{k: v for k, v in V.items() if k[0] != "$1"}',
    '{k: v for k, v in V.items() if "$1" not in k}',
  ),
  stage(/adds (\d+) pieces to every item/gi, '{k: v + $1 for k, v in V.items()}', '{k: v - $1 for k, v in V.items()}'),
  stage(/halves every count/gi, '{k: v // 2 for k, v in V.items()}', '{k: (v + 1) // 2 for k, v in V.items()}'),
  stage(
    /lowers every count above (\d+) to \d+/gi,
    '{k: min(v, $1) for k, v in V.items()}',
    '{k: max(v, $1) for k, v in V.items()}',
  ),
  plainEntry(/returns the resulting dictionary/gi),
  final(
    /returns (?:the names in alphabetical order|an alphabetical list of the names)/gi,
    'sorted(V)',
    'sorted(V, reverse=True)',
  ),
  final(/returns the total of all counts/gi, 'sum(V.values())', 'len(V)'),
  final(
    /returns the name with the highest count/gi,
    'min(V, key=lambda k: (-V[k], k)) if V else ""',
    'min(V, key=lambda k: (V[k], k)) if V else ""',
  ),
  stage(
    /ignores the entries with an amount below (\d+)/gi,
    '[e for e in V if e[1] >= $1]',
    '[e for e in V if e[1] > $1]',
    '[e for e in V if e[1] < $1]',
  ),
  stage(
    /ignores the entries with an amount above (\d+)/gi,
    '[e for e in V if e[1] <= $1]',
    '[e for e in V if e[1] < $1]',
    '[e for e in V if e[1] > $1]',
  ),
  stage(/takes (\d+) off every amount/gi, '[[e[0], e[1] - $1] for e in V]', '[[e[0], e[1] + $1] for e in V]'),
  stage(
    /ignores the entries whose name starts with '(\w)'/gi,
    '[e for e in V if e[0][0] != "$1"]',
    '[e for e in V if e[0][0] == "$1"]',
  ),
  {
    ...stage(
      /(?:adds up the amounts of|sums the amounts for) each name/gi,
      '{e[0]: sum(f[1] for f in V if f[0] == e[0]) for e in V}',
      '{e[0]: e[1] for e in V}',
      '{e[0]: sum(1 for f in V if f[0] == e[0]) for e in V}',
    ),
    isFree: true,
  },
  stage(
    /drops the names with a total under (\d+)/gi,
    '{k: v for k, v in V.items() if v >= $1}',
    '{k: v for k, v in V.items() if v > $1}',
    '{k: v for k, v in V.items() if v < $1}',
  ),
  stage(/multiplies every total by (\d+)/gi, '{k: v * $1 for k, v in V.items()}', '{k: v + $1 for k, v in V.items()}'),
  stage(
    /drops the rows with fewer than (\d+) numbers/gi,
    '[r for r in V if len(r) >= $1]',
    '[r for r in V if len(r) > $1]',
    '[r for r in V if len(r) < $1]',
  ),
  stage(/drops the rows whose sum is below (\d+)/gi, '[r for r in V if sum(r) >= $1]', '[r for r in V if sum(r) < $1]'),
  stage(/adds (\d+) to every number/gi, '[[x + $1 for x in r] for r in V]', '[[x - $1 for x in r] for r in V]'),
  stage(/keeps only the first (\d+) numbers of each row/gi, '[r[:$1] for r in V]', '[r[:$1+1] for r in V]', 'V[:$1]'),
  stage(/keeps only the first number of each row/gi, '[r[:1] for r in V]', '[r[:2] for r in V]'),
  stage(/sorts each row in ascending order/gi, '[sorted(r) for r in V]', '[sorted(r, reverse=True) for r in V]'),
  stage(/reverses the order of the rows/gi, 'V[::-1]', '[r[::-1] for r in V]'),
  plainEntry(/returns the (?:resulting rows|list of groups)/gi),
  final(/returns the list of the (?:row sums|sums of the groups)/gi, '[sum(r) for r in V]', '[len(r) for r in V]'),
  final(
    /returns all the numbers in one list/gi,
    '[x for r in V for x in r]',
    'list(dict.fromkeys(x for r in V for x in r))',
  ),
  final(/returns the largest row sum/gi, 'max(sum(r) for r in V) if V else 0', 'min(sum(r) for r in V) if V else 0'),
  {
    ...stage(
      /cuts the list into groups of (\d+)/gi,
      '[V[i:i + $1] for i in range(0, len(V), $1)]',
      '[V[i:i + $1] for i in range(0, len(V) - $1 + 1, $1)]',
      '[V[i:i + $1+1] for i in range(0, len(V), $1+1)]',
    ),
    isFree: true,
  },
  stage(/reverses each group/gi, '[r[::-1] for r in V]', 'V[::-1]'),
  stage(
    /drops the groups whose sum is above (\d+)/gi,
    '[r for r in V if sum(r) <= $1]',
    '[r for r in V if sum(r) > $1]',
  ),
  final(/returns the list of the largest numbers of the groups/gi, '[max(r) for r in V]', '[min(r) for r in V]'),
]
