/** What functions over a list of integers may return. */
import type { Numbers } from './numbers.ts'
import type { FinalMaker, Value } from './stage.ts'

const total = (list: Numbers): number => list.reduce((sum, n) => sum + n, 0)
const largest = (list: Numbers): number => (list.length === 0 ? 0 : Math.max(...list))
const smallest = (list: Numbers): number => (list.length === 0 ? 0 : Math.min(...list))

export const plainList: FinalMaker<Numbers> = () => ({
  key: 'list',
  phrases: ['returns the resulting list', 'returns the list that results'],
  apply: (list) => list,
  python: (v) => v,
  mistakes: [],
  isPlain: true,
})

export const sumFinal: FinalMaker<Numbers> = () => ({
  key: 'sum',
  phrases: ['returns their sum', 'returns the sum of what is left'],
  apply: total,
  python: (v) => `sum(${v})`,
  mistakes: [(list) => list.length, (list) => total([...new Set(list)])],
})

export const countFinal: FinalMaker<Numbers> = () => ({
  key: 'count',
  phrases: ['returns how many numbers are left', 'returns the count of the remaining numbers'],
  apply: (list) => list.length,
  python: (v) => `len(${v})`,
  mistakes: [total, (list) => new Set(list).size],
})

export const largestFinal: FinalMaker<Numbers> = () => ({
  key: 'largest',
  phrases: ['returns the largest of them, or 0 if there are none'],
  apply: largest,
  python: (v) => `max(${v}, default=0)`,
  mistakes: [smallest],
})

export const spreadFinal: FinalMaker<Numbers> = () => ({
  key: 'spread',
  phrases: ['returns the difference between the largest and the smallest of them, or 0 if there are none'],
  apply: (list) => largest(list) - smallest(list),
  python: (v) => `max(${v}) - min(${v}) if ${v} else 0`,
  mistakes: [
    (list): Value => (list.length === 0 ? 0 : (list[list.length - 1] as number) - (list[0] as number)),
    largest,
  ],
})
