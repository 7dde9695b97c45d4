/** Families over dictionaries and pairs: stock lists, and totals by name. */
import type { Rng } from '../../../core/random.ts'
import { between, several } from '../words.ts'
import { pipelineFamily } from './pipeline.ts'
import type { FinalMaker, Stage, StageMaker, Value } from './stage.ts'

type Counts = { readonly [name: string]: number }

const items =
  'apple bolt bread brush cable candle cup drill elbow flour glue hammer jar knob lamp map nail oil pan pump rope salt screw soap tape tin valve wire'.split(
    ' ',
  )
const initials = 'bcgjlmnprst'.split('')

function filtered(counts: Counts, test: (n: number, name: string) => boolean): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([name, n]) => test(n, name)))
}

function mapped(counts: Counts, change: (n: number) => number): Counts {
  return Object.fromEntries(Object.entries(counts).map(([name, n]) => [name, change(n)]))
}

function keep(
  key: string,
  phrases: string[],
  python: string,
  test: (n: number, name: string) => boolean,
  mistakes: ((n: number, name: string) => boolean)[],
): Stage<Counts, Counts> {
  return {
    key,
    phrases,
    apply: (counts) => filtered(counts, test),
    python: (v) => `{k: n for k, n in ${v}.items() if ${python}}`,
    mistakes: mistakes.map((mistake) => (counts: Counts) => filtered(counts, mistake)),
  }
}

function each(
  key: string,
  phrases: string[],
  python: string,
  change: (n: number) => number,
  mistakes: ((n: number) => number)[],
): Stage<Counts, Counts> {
  return {
    key,
    phrases,
    apply: (counts) => mapped(counts, change),
    python: (v) => `{k: ${python} for k, n in ${v}.items()}`,
    mistakes: mistakes.map((mistake) => (counts: Counts) => mapped(counts, mistake)),
  }
}

const stages: readonly StageMaker<Counts>[] = [
  (rng) => {
    const k = between(rng, 4, 30)
    return keep(
      `under ${k}`,
      [`keeps only the items with fewer than ${k} pieces`, `drops the items with ${k} pieces or more`],
      `n < ${k}`,
      (n) => n < k,
      [(n) => n <= k, (n) => n > k],
    )
  },
  (rng) => {
    const k = between(rng, 4, 30)
    return keep(
      `least ${k}`,
      [`keeps only the items with at least ${k} pieces`, `drops the items with fewer than ${k} pieces`],
      `n >= ${k}`,
      (n) => n >= k,
      [(n) => n > k, (n) => n < k],
    )
  },
  (rng) => {
    const c = rng.pick(initials)
    return keep(
      `initial ${c}`,
      [`drops the items whose name starts with '${c}'`],
      `not k.startswith("${c}")`,
      (_, name) => !name.startsWith(c),
      [(_, name) => !name.includes(c)],
    )
  },
  (rng) => {
    const k = between(rng, 2, 15)
    return each(`more ${k}`, [`adds ${k} pieces to every item`], `n + ${k}`, (n) => n + k, [(n) => n - k])
  },
  () =>
    each('halve', ['halves every count, rounding down'], 'n // 2', (n) => Math.floor(n / 2), [
      (n) => Math.floor((n + 1) / 2),
    ]),
  (rng) => {
    const k = between(rng, 8, 35)
    return each(`cap ${k}`, [`lowers every count above ${k} to ${k}`], `min(n, ${k})`, (n) => Math.min(n, k), [
      (n) => Math.max(n, k),
    ])
  },
]

const total = (counts: Counts): number => Object.values(counts).reduce((sum, n) => sum + n, 0)

function best(counts: Counts, isBetter: (a: number, b: number) => boolean): string {
  let chosen = ''
  for (const name of Object.keys(counts).sort()) {
    if (chosen === '' || isBetter(counts[name] as number, counts[chosen] as number)) chosen = name
  }
  return chosen
}

const plain: FinalMaker<Counts> = () => ({
  key: 'dict',
  phrases: ['returns the resulting dictionary'],
  apply: (counts) => counts,
  python: (v) => v,
  mistakes: [],
  isPlain: true,
})
const names: FinalMaker<Counts> = () => ({
  key: 'names',
  phrases: ['returns the names in alphabetical order', 'returns an alphabetical list of the names'],
  apply: (counts) => Object.keys(counts).sort(),
  python: (v) => `sorted(${v})`,
  mistakes: [(counts) => Object.keys(counts).sort().reverse()],
})
const sum: FinalMaker<Counts> = () => ({
  key: 'total',
  phrases: ['returns the total of all counts'],
  apply: total,
  python: (v) => `sum(${v}.values())`,
  mistakes: [(counts) => Object.keys(counts).length],
})
const most: FinalMaker<Counts> = () => ({
  key: 'most',
  phrases: ['returns the name with the highest count (the alphabetically first of several), or "" if nothing is left'],
  apply: (counts) => best(counts, (a, b) => a > b),
  python: (v) => `max(sorted(${v}), key=${v}.get, default="")`,
  mistakes: [(counts) => best(counts, (a, b) => a < b), (counts) => best(counts, (a, b) => a >= b)],
})

function stock(rng: Rng, numbers: readonly number[]): Value {
  const length = rng.integer(14) === 0 ? 0 : between(rng, 2, 8)
  return Object.fromEntries(
    several(rng, items, length).map((name) => [
      name,
      Math.max(
        0,
        rng.integer(3) === 0 && numbers.length > 0
          ? rng.pick(numbers) + between(rng, -1, 1)
          : rng.integer(3) === 0
            ? 12
            : between(rng, 0, 45),
      ),
    ]),
  )
}

export const stockLevels = pipelineFamily<Counts>({
  family: 'stock-levels',
  verbs: ['check', 'list', 'review', 'audit', 'update'],
  nouns: ['stock', 'inventory', 'shelf', 'storage', 'supplies'],
  parameter: 'stock',
  takes: ['a dictionary from item names to counts', 'a dictionary `stock` that maps item names to numbers of pieces'],
  stages: () => stages,
  finals: [plain, names, sum, most],
  input: stock,
})

type Pairs = readonly (readonly [string, number])[]

function only(
  key: string,
  phrases: string[],
  python: string,
  test: (n: number, name: string) => boolean,
  mistakes: ((n: number, name: string) => boolean)[],
): Stage<Pairs, Pairs> {
  return {
    key,
    phrases,
    apply: (pairs) => pairs.filter(([name, n]) => test(n, name)),
    python: (v) => `[[name, n] for name, n in ${v} if ${python}]`,
    mistakes: mistakes.map((mistake) => (pairs: Pairs) => pairs.filter(([name, n]) => mistake(n, name))),
  }
}

const pairStages: readonly StageMaker<Pairs>[] = [
  (rng) => {
    const k = between(rng, 2, 25)
    return only(`low ${k}`, [`ignores the entries with an amount below ${k}`], `n >= ${k}`, (n) => n >= k, [
      (n) => n > k,
      (n) => n < k,
    ])
  },
  (rng) => {
    const k = between(rng, 12, 45)
    return only(`high ${k}`, [`ignores the entries with an amount above ${k}`], `n <= ${k}`, (n) => n <= k, [
      (n) => n < k,
      (n) => n > k,
    ])
  },
  (rng) => {
    const k = between(rng, 2, 9)
    return {
      key: `fee ${k}`,
      phrases: [`takes ${k} off every amount`],
      apply: (pairs) => pairs.map(([name, n]) => [name, n - k] as const),
      python: (v) => `[[name, n - ${k}] for name, n in ${v}]`,
      mistakes: [(pairs) => pairs.map(([name, n]) => [name, n + k])],
    }
  },
  (rng) => {
    const c = rng.pick('abdjklmnrst'.split(''))
    return only(
      `person ${c}`,
      [`ignores the entries whose name starts with '${c}'`],
      `not name.startswith("${c}")`,
      (_, name) => !name.startsWith(c),
      [(_, name) => name.startsWith(c)],
    )
  },
]

function grouped(pairs: Pairs, combine: (before: number | undefined, n: number) => number): Counts {
  const totals: Record<string, number> = {}
  for (const [name, n] of pairs) totals[name] = combine(totals[name], n)
  return totals
}

const addUp: FinalMaker<Pairs> = () => ({
  key: 'group',
  phrases: ['adds up the amounts of each name', 'sums the amounts for each name'],
  apply: (pairs) => grouped(pairs, (before, n) => (before ?? 0) + n),
  python: (v) => `{name: sum(n for other, n in ${v} if other == name) for name, _ in ${v}}`,
  mistakes: [(pairs) => grouped(pairs, (_, n) => n), (pairs) => grouped(pairs, (before) => (before ?? 0) + 1)],
})

const totalStages: readonly StageMaker<Value>[] = [
  ((rng: Rng) => {
    const k = between(rng, 10, 50)
    return keep(`totals ${k}`, [`drops the names with a total under ${k}`], `n >= ${k}`, (n) => n >= k, [
      (n) => n > k,
      (n) => n < k,
    ])
  }) as unknown as StageMaker<Value>,
  ((rng: Rng) => {
    const k = between(rng, 2, 5)
    return each(`times ${k}`, [`multiplies every total by ${k}`], `n * ${k}`, (n) => n * k, [(n) => n + k])
  }) as unknown as StageMaker<Value>,
]

const people = 'anna ben dora emil jana karl kim lea lars max nora otto rita sami tom tea'.split(' ')

function ledger(rng: Rng, numbers: readonly number[]): Value {
  const length = rng.integer(14) === 0 ? 0 : between(rng, 2, 7)
  const some = several(rng, people, 4)
  return Array.from({ length }, () => [
    rng.pick(some),
    rng.integer(3) === 0 && numbers.length > 0
      ? Math.max(0, rng.pick(numbers) + between(rng, -1, 1))
      : between(rng, 1, 50),
  ])
}

export const pairTotals = pipelineFamily<Pairs>({
  family: 'pair-totals',
  verbs: ['sum', 'total', 'tally', 'collect', 'settle'],
  nouns: ['payments', 'sales', 'points', 'donations', 'orders'],
  parameter: 'entries',
  takes: ['a list of [name, amount] pairs', 'a list `entries` of [name, amount] pairs'],
  stages: () => pairStages,
  middle: { make: addUp, after: totalStages },
  finals: [plain, names, sum, most] as unknown as readonly FinalMaker<Pairs>[],
  input: ledger,
})
