/**
 * How the brain understands the verbs of code problems: a pattern, the Python of the stage, and the bugs it may write
 * instead. In the templates `V` is the value so far and `$1`, `$2` are what the pattern captured (`$1+1`, `$1-1`: one more, one less).
 */

export interface Entry {
  readonly pattern: RegExp
  readonly right: string
  readonly bugs: readonly string[]
  /** The last thing the function does. */
  readonly isFinal?: boolean
  /** Says what kind of value there is, without a step of its own. */
  readonly isFree?: boolean
  /** Hands the value back as it is. */
  readonly isPlain?: boolean
}

function stage(pattern: RegExp, right: string, ...bugs: readonly string[]): Entry {
  return { pattern, right, bugs }
}

function final(pattern: RegExp, right: string, ...bugs: readonly string[]): Entry {
  return { pattern, right, bugs, isFinal: true }
}

function plain(pattern: RegExp): Entry {
  return { pattern, right: 'V', bugs: [], isFinal: true, isPlain: true }
}

const ordinals: Readonly<Record<string, string>> = { second: '2', third: '3', fourth: '4', fifth: '5', sixth: '6' }

/** Fills a template. */
export function fill(template: string, match: RegExpMatchArray, value: string): string {
  const text = template.replaceAll(/\$(\d)([+-]1)?/g, (_, index: string, change: string | undefined) => {
    const captured = match[Number(index)] ?? ''
    const known = ordinals[captured.toLowerCase()] ?? captured
    return change === undefined ? known : String(Number(known) + Number(change))
  })
  return text.replaceAll(/\bV\b/g, value)
}

const numbers: readonly Entry[] = [
  stage(
    /keeps only the numbers (?:greater|larger|bigger) than (-?\d+)/gi,
    '[x for x in V if x > $1]',
    '[x for x in V if x >= $1]',
    '[x for x in V if x < $1]',
  ),
  stage(
    /drops every number that is (-?\d+) or less/gi,
    '[x for x in V if x > $1]',
    '[x for x in V if x >= $1]',
    '[x for x in V if x < $1]',
  ),
  stage(
    /keeps only the numbers (?:less|smaller) than (-?\d+)/gi,
    '[x for x in V if x < $1]',
    '[x for x in V if x <= $1]',
    '[x for x in V if x > $1]',
  ),
  stage(
    /drops every number that is (-?\d+) or more/gi,
    '[x for x in V if x < $1]',
    '[x for x in V if x <= $1]',
    '[x for x in V if x > $1]',
  ),
  stage(
    /keeps only the multiples of (\d+)/gi,
    '[x for x in V if x % $1 == 0]',
    '[x for x in V if x % $1 == 1]',
    '[x for x in V if x % $1]',
  ),
  stage(
    /drops every number that is not divisible by (\d+)/gi,
    '[x for x in V if x % $1 == 0]',
    '[x for x in V if x % $1 != 0]',
    '[x for x in V if x % $1 == 1]',
  ),
  stage(
    /(?:drops the multiples of|leaves out all numbers divisible by) (\d+)/gi,
    '[x for x in V if x % $1 != 0]',
    '[x for x in V if x % $1 == 0]',
  ),
  stage(
    /keeps only the even numbers|drops all numbers that are not even/gi,
    '[x for x in V if x % 2 == 0]',
    '[x for x in V if x % 2 == 1]',
  ),
  stage(
    /keeps only the odd numbers|drops all numbers that are not odd/gi,
    '[x for x in V if x % 2 == 1]',
    '[x for x in V if x % 2 == 0]',
  ),
  stage(/(?:drops the|leaves out all) negative numbers/gi, '[x for x in V if x >= 0]', '[x for x in V if x > 0]'),
  stage(/adds (\d+) to each number|increases each number by (\d+)/gi, '[x + $1$2 for x in V]', '[x - $1$2 for x in V]'),
  stage(/multiplies each number by (\d+)/gi, '[x * $1 for x in V]', '[x + $1 for x in V]'),
  stage(/subtracts each number from (\d+)/gi, '[$1 - x for x in V]', '[x - $1 for x in V]'),
  stage(/squares each number|replaces each number with its square/gi, '[x ** 2 for x in V]', '[x * 2 for x in V]'),
  stage(/replaces every number above (\d+) with \d+/gi, '[min(x, $1) for x in V]', '[max(x, $1) for x in V]'),
  stage(/replaces every negative number with 0/gi, '[max(x, 0) for x in V]', '[abs(x) for x in V]'),
  stage(
    /replaces each number with its remainder when divided by (\d+)/gi,
    '[x % $1 for x in V]',
    '[x // $1 for x in V]',
  ),
  stage(
    /rotates the list (\d+) places? to the left/gi,
    'V[$1 % len(V):] + V[:$1 % len(V)] if V else []',
    'V[-($1 % len(V)):] + V[:-($1 % len(V))] if V and $1 % len(V) else V',
  ),
  stage(/reverses the list/gi, 'V[::-1]', 'sorted(V, reverse=True)'),
  stage(/removes repeated values/gi, 'list(dict.fromkeys(V))', 'sorted(set(V))'),
  stage(/drops the first (\d+) elements/gi, 'V[$1:]', 'V[$1-1:]', 'V[:max(0, len(V) - $1)]'),
  stage(/drops the first element\b/gi, 'V[1:]', 'V[:max(0, len(V) - 1)]'),
  stage(/keeps every (second|third|fourth|fifth) element/gi, 'V[::$1]', 'V[$1-1::$1]'),
  stage(/sorts the list (?:from smallest to largest|in ascending order)/gi, 'sorted(V)', 'sorted(V, reverse=True)'),
  stage(/sorts the list (?:from largest to smallest|in descending order)/gi, 'sorted(V, reverse=True)', 'sorted(V)'),
  stage(/keeps only the first (\d+) elements/gi, 'V[:$1]', 'V[:$1+1]', 'V[-$1:]'),
  stage(/appends the number (\d+)/gi, 'V + [$1]', '[$1] + V'),
  plain(/returns the (?:resulting list(?! of)|list that results)/gi),
  final(/returns (?:their sum|the sum of what is left)/gi, 'sum(V)', 'len(V)'),
  final(
    /returns (?:how many numbers are left|the count of the remaining numbers)/gi,
    'len(V)',
    'sum(V)',
    'len(set(V))',
  ),
  final(/returns the largest of them/gi, 'max(V) if V else 0', 'min(V) if V else 0'),
  final(
    /returns the difference between the largest and the smallest/gi,
    'max(V) - min(V) if V else 0',
    'V[-1] - V[0] if V else 0',
    'max(V) if V else 0',
  ),
]

const words: readonly Entry[] = [
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
  plain(/returns the (?:resulting list of words|list of these words)/gi),
  final(/returns (?:how many words are left|the number of words left)/gi, 'len(V)', 'len(set(V))', 'len("".join(V))'),
  final(/returns the longest of them/gi, 'max(V, key=len) if V else ""', 'max(V[::-1], key=len) if V else ""'),
  final(/returns them as a list in alphabetical order/gi, 'sorted(V)', 'sorted(V, reverse=True)'),
  final(/returns them joined with '([^'])'/gi, '"$1".join(V)', '"".join(V)'),
]

const text: readonly Entry[] = [
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
  plain(/returns the (?:result\b|new text)/gi),
  final(/returns how many characters are left/gi, 'len(V)', 'len(set(V))'),
  final(/returns how often '(\w)' then occurs/gi, 'V.count("$1")', '1 if "$1" in V else 0'),
]

const tables: readonly Entry[] = [
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
  plain(/returns the resulting dictionary/gi),
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
  plain(/returns the (?:resulting rows|list of groups)/gi),
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

const digits: readonly Entry[] = [
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
  plain(/returns them as a list(?! in)/gi),
]

export const lexicon: readonly Entry[] = [...numbers, ...words, ...text, ...tables, ...digits]
