/** Families over the words of a string. */
import type { Rng } from '../../../core/random.ts'
import { between, several } from '../words.ts'
import { pipelineFamily } from './pipeline.ts'
import type { FinalMaker, Stage, StageMaker } from './stage.ts'

type Words = readonly string[]

const vocabulary =
  'apple anchor amber basket berry bell bottle candle cedar cloud coral dragon drum eagle echo ember falcon fern field garden ginger goat harbor honey iron island ivy jungle kettle kite lantern lemon lime maple meadow moss needle night oak olive orbit paper pearl pine quartz quilt rain raven river salt silver snow stone thunder tiger tree umbrella valley velvet violet walnut water willow winter yarn zebra a an of to in the sun sea map'.split(
    ' ',
  )
const letters = 'abcdeglmnoprst'.split('')

function keep(
  key: string,
  phrases: string[],
  python: string,
  test: (w: string) => boolean,
  mistakes: ((w: string) => boolean)[],
): Stage<Words, Words> {
  return {
    key,
    phrases,
    apply: (words) => words.filter(test),
    python: (v) => `[w for w in ${v} if ${python}]`,
    mistakes: mistakes.map((mistake) => (words: Words) => words.filter(mistake)),
  }
}

const filters: readonly StageMaker<Words>[] = [
  (rng) => {
    const k = between(rng, 3, 7)
    return keep(
      `long ${k}`,
      [`keeps only the words with at least ${k} letters`, `drops the words with fewer than ${k} letters`],
      `len(w) >= ${k}`,
      (w) => w.length >= k,
      [(w) => w.length > k, (w) => w.length < k],
    )
  },
  (rng) => {
    const k = between(rng, 3, 7)
    return keep(
      `short ${k}`,
      [`keeps only the words with at most ${k} letters`, `drops the words with more than ${k} letters`],
      `len(w) <= ${k}`,
      (w) => w.length <= k,
      [(w) => w.length < k, (w) => w.length > k],
    )
  },
  (rng) => {
    const c = rng.pick(letters)
    return keep(
      `initial ${c}`,
      [`keeps only the words that start with '${c}'`],
      `w.startswith("${c}")`,
      (w) => w.startsWith(c),
      [(w) => w.includes(c)],
    )
  },
  (rng) => {
    const c = rng.pick(letters)
    return keep(
      `notinitial ${c}`,
      [`drops the words that start with '${c}'`],
      `not w.startswith("${c}")`,
      (w) => !w.startsWith(c),
      [(w) => !w.includes(c)],
    )
  },
  (rng) => {
    const c = rng.pick(letters)
    return keep(`holds ${c}`, [`keeps only the words that contain '${c}'`], `"${c}" in w`, (w) => w.includes(c), [
      (w) => w.startsWith(c),
    ])
  },
  (rng) => {
    const c = rng.pick(letters)
    return keep(`without ${c}`, [`drops the words that contain '${c}'`], `"${c}" not in w`, (w) => !w.includes(c), [
      (w) => w.includes(c),
    ])
  },
]

function each(
  key: string,
  phrases: string[],
  python: string,
  change: (w: string) => string,
  mistakes: ((w: string) => string)[],
): Stage<Words, Words> {
  return {
    key,
    phrases,
    apply: (words) => words.map(change),
    python: (v) => `[${python} for w in ${v}]`,
    mistakes: mistakes.map((mistake) => (words: Words) => words.map(mistake)),
  }
}

const backwards = (word: string): string => [...word].reverse().join('')
const titled = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()

const edits: readonly StageMaker<Words>[] = [
  () => each('flip', ['reverses each word', 'spells each word backwards'], 'w[::-1]', backwards, [(w) => w]),
  () => each('upper', ['turns each word into upper case'], 'w.upper()', (w) => w.toUpperCase(), [titled]),
  (rng) => {
    const k = between(rng, 2, 5)
    return each(`head ${k}`, [`shortens each word to its first ${k} letters`], `w[:${k}]`, (w) => w.slice(0, k), [
      (w) => w.slice(0, k + 1),
      (w) => w.slice(-k),
    ])
  },
  (rng) => {
    const c = rng.pick(letters)
    return each(`append ${c}`, [`adds the letter '${c}' to the end of each word`], `w + "${c}"`, (w) => w + c, [
      (w) => c + w,
    ])
  },
  (rng) => {
    const [a, b] = several(rng, letters, 2) as [string, string]
    return each(
      `swap ${a} ${b}`,
      [`replaces '${a}' with '${b}' in each word`],
      `w.replace("${a}", "${b}")`,
      (w) => w.replaceAll(a, b),
      [(w) => w.replaceAll(b, a)],
    )
  },
  () => ({
    key: 'distinct',
    phrases: ['removes repeated words, keeping the first of each'],
    apply: (words) => [...new Set(words)],
    python: (v) => `list(dict.fromkeys(${v}))`,
    mistakes: [(words) => [...new Set(words)].sort()],
  }),
  () => ({
    key: 'turn',
    phrases: ['puts the words in reverse order'],
    apply: (words) => [...words].reverse(),
    python: (v) => `${v}[::-1]`,
    mistakes: [(words) => [...words].sort().reverse()],
  }),
]

const list: FinalMaker<Words> = () => ({
  key: 'list',
  phrases: ['returns the resulting list of words', 'returns the list of these words'],
  apply: (words) => words,
  python: (v) => v,
  mistakes: [],
  isPlain: true,
})
const count: FinalMaker<Words> = () => ({
  key: 'count',
  phrases: ['returns how many words are left', 'returns the number of words left'],
  apply: (words) => words.length,
  python: (v) => `len(${v})`,
  mistakes: [(words) => new Set(words).size, (words) => words.join('').length],
})
const longest: FinalMaker<Words> = () => ({
  key: 'longest',
  phrases: ['returns the longest of them (the first if several are equally long), or "" if there are none'],
  apply: (words) => words.reduce((best, word) => (word.length > best.length ? word : best), ''),
  python: (v) => `max(${v}, key=len, default="")`,
  mistakes: [(words) => words.reduce((best, word) => (word.length >= best.length ? word : best), '')],
})
const sorted: FinalMaker<Words> = () => ({
  key: 'sorted',
  phrases: ['returns them as a list in alphabetical order'],
  apply: (words) => [...words].sort(),
  python: (v) => `sorted(${v})`,
  mistakes: [(words) => [...words].sort().reverse()],
})
const joined: FinalMaker<Words> = (rng) => {
  const mark = rng.pick(['-', '+', '/', '_'])
  return {
    key: `joined ${mark}`,
    phrases: [`returns them joined with '${mark}'`],
    apply: (words) => words.join(mark),
    python: (v) => `"${mark}".join(${v})`,
    mistakes: [(words) => words.join('')],
  }
}

function sentence(rng: Rng): string {
  const length = rng.integer(12) === 0 ? 0 : between(rng, 3, 11)
  const words: string[] = []
  while (words.length < length)
    words.push(words.length > 0 && rng.integer(5) === 0 ? rng.pick(words) : rng.pick(vocabulary))
  return words.join(' ')
}

const takes = ['a string of words separated by spaces', 'a text of words separated by single spaces'] as const
const enter = {
  apply: (input: unknown) =>
    String(input)
      .split(' ')
      .filter((word) => word !== ''),
  python: (v: string) => `${v}.split()`,
  phrase: 'splits it into words',
  name: 'words',
}

export const wordFilter = pipelineFamily<Words>({
  family: 'word-filter',
  verbs: ['find', 'select', 'pick', 'filter', 'gather'],
  nouns: ['words', 'terms', 'names', 'tokens', 'labels'],
  parameter: 'text',
  takes,
  stages: (level) => (level === 5 ? [...filters, ...edits] : filters),
  finals: [list, count, longest],
  input: sentence,
  enter,
})

export const wordEdit = pipelineFamily<Words>({
  family: 'word-edit',
  verbs: ['rewrite', 'format', 'edit', 'restyle', 'polish'],
  nouns: ['words', 'title', 'label', 'phrase', 'line'],
  parameter: 'text',
  takes,
  stages: (level) => (level >= 4 ? [...edits, ...filters] : edits),
  finals: [list, joined, sorted],
  input: sentence,
  enter,
})
