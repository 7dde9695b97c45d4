/** Stages over a list of integers, shared by several families. */
import type { Rng } from '../../../core/random.ts'
import { between } from '../words.ts'
import type { Stage, StageMaker } from './stage.ts'

export type Numbers = readonly number[]

function filter(
  key: string,
  phrases: string[],
  python: string,
  test: (n: number) => boolean,
  mistakes: ((n: number) => boolean)[],
): Stage<Numbers, Numbers> {
  return {
    key,
    phrases,
    apply: (list) => list.filter(test),
    python: (v) => `[n for n in ${v} if ${python}]`,
    mistakes: mistakes.map((mistake) => (list: Numbers) => list.filter(mistake)),
  }
}

function map(
  key: string,
  phrases: string[],
  python: string,
  change: (n: number) => number,
  mistakes: ((n: number) => number)[],
): Stage<Numbers, Numbers> {
  return {
    key,
    phrases,
    apply: (list) => list.map(change),
    python: (v) => `[${python} for n in ${v}]`,
    mistakes: mistakes.map((mistake) => (list: Numbers) => list.map(mistake)),
  }
}

const mod = (n: number, k: number): number => ((n % k) + k) % k

export const numberFilters: readonly StageMaker<Numbers>[] = [
  (rng) => {
    const k = between(rng, -8, 30)
    return filter(
      `above ${k}`,
      [`keeps only the numbers greater than ${k}`, `drops every number that is ${k} or less`],
      `n > ${k}`,
      (n) => n > k,
      [(n) => n >= k, (n) => n < k],
    )
  },
  (rng) => {
    const k = between(rng, 5, 45)
    return filter(
      `below ${k}`,
      [`keeps only the numbers less than ${k}`, `drops every number that is ${k} or more`],
      `n < ${k}`,
      (n) => n < k,
      [(n) => n <= k, (n) => n > k],
    )
  },
  (rng) => {
    const k = between(rng, 3, 9)
    return filter(
      `multiple ${k}`,
      [`keeps only the multiples of ${k}`, `drops every number that is not divisible by ${k}`],
      `n % ${k} == 0`,
      (n) => mod(n, k) === 0,
      [(n) => mod(n, k) !== 0, (n) => mod(n, k) === 1],
    )
  },
  (rng) => {
    const k = between(rng, 3, 9)
    return filter(
      `notmultiple ${k}`,
      [`drops the multiples of ${k}`, `leaves out all numbers divisible by ${k}`],
      `n % ${k} != 0`,
      (n) => mod(n, k) !== 0,
      [(n) => mod(n, k) === 0],
    )
  },
  (rng) => {
    const isEven = rng.integer(2) === 0
    const word = isEven ? 'even' : 'odd'
    const rest = isEven ? 0 : 1
    return filter(
      `parity ${rest}`,
      [`keeps only the ${word} numbers`, `drops all numbers that are not ${word}`],
      `n % 2 == ${rest}`,
      (n) => mod(n, 2) === rest,
      [(n) => mod(n, 2) !== rest],
    )
  },
  () =>
    filter('nonnegative', ['drops the negative numbers', 'leaves out all negative numbers'], 'n >= 0', (n) => n >= 0, [
      (n) => n > 0,
    ]),
]

export const numberMaps: readonly StageMaker<Numbers>[] = [
  (rng) => {
    const k = between(rng, 2, 25)
    return map(`add ${k}`, [`adds ${k} to each number`, `increases each number by ${k}`], `n + ${k}`, (n) => n + k, [
      (n) => n - k,
      (n) => n + k - 1,
    ])
  },
  (rng) => {
    const k = between(rng, 2, 9)
    return map(`times ${k}`, [`multiplies each number by ${k}`], `n * ${k}`, (n) => n * k, [(n) => n + k])
  },
  (rng) => {
    const k = between(rng, 3, 30)
    return map(`from ${k}`, [`subtracts each number from ${k}`], `${k} - n`, (n) => k - n, [(n) => n - k])
  },
  () =>
    map('square', ['squares each number', 'replaces each number with its square'], 'n * n', (n) => n * n, [
      (n) => n * 2,
    ]),
  (rng) => {
    const k = between(rng, 8, 40)
    return map(`cap ${k}`, [`replaces every number above ${k} with ${k}`], `min(n, ${k})`, (n) => Math.min(n, k), [
      (n) => Math.max(n, k),
    ])
  },
  () =>
    map('floor', ['replaces every negative number with 0'], 'max(n, 0)', (n) => Math.max(n, 0), [(n) => Math.abs(n)]),
  (rng) => {
    const k = between(rng, 3, 12)
    return map(
      `rest ${k}`,
      [`replaces each number with its remainder when divided by ${k}`],
      `n % ${k}`,
      (n) => mod(n, k),
      [(n) => Math.floor(n / k)],
    )
  },
]

function order(
  key: string,
  phrases: string[],
  python: (v: string) => string,
  apply: (list: Numbers) => Numbers,
  mistakes: ((list: Numbers) => Numbers)[],
): Stage<Numbers, Numbers> {
  return { key, phrases, apply, python, mistakes }
}

const rotated = (list: Numbers, k: number): Numbers =>
  list.length === 0 ? list : [...list.slice(mod(k, list.length)), ...list.slice(0, mod(k, list.length))]
const ascending = (list: Numbers): Numbers => [...list].sort((a, b) => a - b)

export const numberOrders: readonly StageMaker<Numbers>[] = [
  (rng) => {
    const k = between(rng, 1, 6)
    const places = k === 1 ? 'place' : 'places'
    return order(
      `rotate ${k}`,
      [`rotates the list ${k} ${places} to the left`],
      (v) => `${v}[${k} % len(${v}):] + ${v}[:${k} % len(${v})] if ${v} else []`,
      (list) => rotated(list, k),
      [(list) => rotated(list, -k)],
    )
  },
  () =>
    order(
      'reverse',
      ['reverses the list'],
      (v) => `${v}[::-1]`,
      (list) => [...list].reverse(),
      [(list) => [...ascending(list)].reverse()],
    ),
  () =>
    order(
      'distinct',
      ['removes repeated values, keeping the first of each'],
      (v) => `list(dict.fromkeys(${v}))`,
      (list) => [...new Set(list)],
      [(list) => ascending([...new Set(list)])],
    ),
  (rng) => {
    const k = between(rng, 1, 5)
    return order(
      `skip ${k}`,
      [k === 1 ? 'drops the first element' : `drops the first ${k} elements`],
      (v) => `${v}[${k}:]`,
      (list) => list.slice(k),
      [(list) => list.slice(k - 1), (list) => list.slice(0, Math.max(0, list.length - k))],
    )
  },
  (rng) => {
    const k = between(rng, 2, 5)
    const word = ['second', 'third', 'fourth', 'fifth'][k - 2]
    return order(
      `every ${k}`,
      [`keeps every ${word} element, beginning with the first`],
      (v) => `${v}[::${k}]`,
      (list) => list.filter((_, i) => i % k === 0),
      [(list) => list.filter((_, i) => i % k === k - 1)],
    )
  },
  (rng) => {
    const isUp = rng.integer(2) === 0
    const words = isUp
      ? ['sorts the list from smallest to largest', 'sorts the list in ascending order']
      : ['sorts the list from largest to smallest', 'sorts the list in descending order']
    return order(
      `sort ${isUp ? 1 : 0}`,
      words,
      (v) => (isUp ? `sorted(${v})` : `sorted(${v}, reverse=True)`),
      (list) => (isUp ? ascending(list) : [...ascending(list)].reverse()),
      [(list) => (isUp ? [...ascending(list)].reverse() : ascending(list))],
    )
  },
  (rng) => {
    const k = between(rng, 2, 6)
    return order(
      `first ${k}`,
      [`keeps only the first ${k} elements`],
      (v) => `${v}[:${k}]`,
      (list) => list.slice(0, k),
      [(list) => list.slice(0, k + 1), (list) => list.slice(Math.max(0, list.length - k))],
    )
  },
  (rng) => {
    const k = between(rng, 1, 40)
    return order(
      `append ${k}`,
      [`appends the number ${k} at the end`],
      (v) => `${v} + [${k}]`,
      (list) => [...list, k],
      [(list) => [k, ...list]],
    )
  },
]

/** Lists of 0 to 9 numbers (to 14 where the problem has many conditions), some of them at, beside or in multiples of the problem's own numbers. */
export function numberList(rng: Rng, numbers: readonly number[]): Numbers {
  const length = rng.integer(12) === 0 ? 0 : between(rng, 2, numbers.length > 2 ? 14 : 9)
  const list: number[] = []
  while (list.length < length) {
    const k = numbers.length > 0 ? rng.pick(numbers) : 7
    const kind = rng.integer(6)
    if (kind === 0) list.push(k)
    else if (kind === 1) list.push(k + rng.pick([-1, 1]))
    else if (kind === 2) list.push(k * between(rng, -3, 5))
    else if (kind === 3 && list.length > 0) list.push(rng.pick(list))
    else list.push(between(rng, -20, 50))
  }
  return list.map((n) => (Object.is(n, -0) ? 0 : n))
}
