/** Tables (lists of rows) and lists cut into groups. */
import type { Rng } from '../../../core/random.ts'
import { between } from '../words.ts'
import { type Numbers, numberFilters, numberList } from './numbers.ts'
import { pipelineFamily } from './pipeline.ts'
import type { FinalMaker, StageMaker, Value } from './stage.ts'

type Rows = readonly Numbers[]

const total = (list: Numbers): number => list.reduce((sum, n) => sum + n, 0)

const rowStages: readonly StageMaker<Rows>[] = [
  (rng) => {
    const k = between(rng, 2, 4)
    return {
      key: `size ${k}`,
      phrases: [`drops the rows with fewer than ${k} numbers`],
      apply: (rows) => rows.filter((row) => row.length >= k),
      python: (v) => `[row for row in ${v} if len(row) >= ${k}]`,
      mistakes: [(rows) => rows.filter((row) => row.length > k), (rows) => rows.filter((row) => row.length < k)],
    }
  },
  (rng) => {
    const k = between(rng, 5, 40)
    return {
      key: `sum ${k}`,
      phrases: [`drops the rows whose sum is below ${k}`],
      apply: (rows) => rows.filter((row) => total(row) >= k),
      python: (v) => `[row for row in ${v} if sum(row) >= ${k}]`,
      mistakes: [(rows) => rows.filter((row) => total(row) < k)],
    }
  },
  (rng) => {
    const k = between(rng, 2, 15)
    return {
      key: `add ${k}`,
      phrases: [`adds ${k} to every number`],
      apply: (rows) => rows.map((row) => row.map((n) => n + k)),
      python: (v) => `[[n + ${k} for n in row] for row in ${v}]`,
      mistakes: [(rows) => rows.map((row) => row.map((n) => n - k))],
    }
  },
  (rng) => {
    const k = between(rng, 1, 3)
    return {
      key: `head ${k}`,
      phrases: [`keeps only the first ${k === 1 ? 'number' : `${k} numbers`} of each row`],
      apply: (rows) => rows.map((row) => row.slice(0, k)),
      python: (v) => `[row[:${k}] for row in ${v}]`,
      mistakes: [(rows) => rows.map((row) => row.slice(0, k + 1)), (rows) => rows.slice(0, k)],
    }
  },
  () => ({
    key: 'sorted',
    phrases: ['sorts each row in ascending order'],
    apply: (rows) => rows.map((row) => [...row].sort((a, b) => a - b)),
    python: (v) => `[sorted(row) for row in ${v}]`,
    mistakes: [(rows) => rows.map((row) => [...row].sort((a, b) => b - a))],
  }),
  () => ({
    key: 'turned',
    phrases: ['reverses the order of the rows'],
    apply: (rows) => [...rows].reverse(),
    python: (v) => `${v}[::-1]`,
    mistakes: [(rows) => rows.map((row) => [...row].reverse())],
  }),
]

const rowsPlain: FinalMaker<Rows> = () => ({
  key: 'rows',
  phrases: ['returns the resulting rows'],
  apply: (rows) => rows,
  python: (v) => v,
  mistakes: [],
  isPlain: true,
})
const rowSums: FinalMaker<Rows> = () => ({
  key: 'sums',
  phrases: ['returns the list of the row sums'],
  apply: (rows) => rows.map(total),
  python: (v) => `[sum(row) for row in ${v}]`,
  mistakes: [(rows) => rows.map((row) => row.length)],
})
const flat: FinalMaker<Rows> = () => ({
  key: 'flat',
  phrases: ['returns all the numbers in one list, row after row'],
  apply: (rows) => rows.flat(),
  python: (v) => `[n for row in ${v} for n in row]`,
  mistakes: [(rows) => [...new Set(rows.flat())]],
})
const largestSum: FinalMaker<Rows> = () => ({
  key: 'largest',
  phrases: ['returns the largest row sum, or 0 if there are no rows'],
  apply: (rows) => (rows.length === 0 ? 0 : Math.max(...rows.map(total))),
  python: (v) => `max((sum(row) for row in ${v}), default=0)`,
  mistakes: [(rows) => (rows.length === 0 ? 0 : Math.min(...rows.map(total)))],
})

function table(rng: Rng, numbers: readonly number[]): Value {
  const cell = (): number => (rng.integer(4) === 0 && numbers.length > 0 ? rng.pick(numbers) : between(rng, -9, 25))
  return Array.from({ length: rng.integer(14) === 0 ? 0 : between(rng, 1, 4) }, () =>
    Array.from({ length: between(rng, 1, 5) }, cell),
  )
}

export const tableRows = pipelineFamily<Rows>({
  family: 'table-rows',
  verbs: ['process', 'reduce', 'reshape', 'summarise', 'work_through'],
  nouns: ['table', 'rows', 'grid', 'matrix', 'sheet'],
  parameter: 'rows',
  takes: ['a list of rows, each a list of integers', 'a table given as a list of rows of integers'],
  stages: () => rowStages,
  finals: [rowsPlain, rowSums, flat, largestSum],
  input: table,
})

function cut(list: Numbers, k: number): Rows {
  return Array.from({ length: Math.ceil(list.length / k) }, (_, i) => list.slice(i * k, i * k + k))
}

const split: FinalMaker<Numbers> = (rng) => {
  const k = between(rng, 2, 5)
  return {
    key: `split ${k}`,
    phrases: [`cuts the list into groups of ${k} (the last may be shorter)`],
    apply: (list) => cut(list, k),
    python: (v) => `[${v}[i:i + ${k}] for i in range(0, len(${v}), ${k})]`,
    mistakes: [(list) => cut(list, k + 1), (list) => cut(list, k).filter((group) => group.length === k)],
  }
}

const groupStages: readonly StageMaker<Rows>[] = [
  () => ({
    key: 'flip',
    phrases: ['reverses each group'],
    apply: (groups) => groups.map((group) => [...group].reverse()),
    python: (v) => `[group[::-1] for group in ${v}]`,
    mistakes: [(groups) => [...groups].reverse()],
  }),
  (rng) => {
    const k = between(rng, 5, 40)
    return {
      key: `heavy ${k}`,
      phrases: [`drops the groups whose sum is above ${k}`],
      apply: (groups) => groups.filter((group) => total(group) <= k),
      python: (v) => `[group for group in ${v} if sum(group) <= ${k}]`,
      mistakes: [(groups) => groups.filter((group) => total(group) > k)],
    }
  },
]

const groups: FinalMaker<Rows> = () => ({
  key: 'groups',
  phrases: ['returns the list of groups'],
  apply: (rows) => rows,
  python: (v) => v,
  mistakes: [],
  isPlain: true,
})
const groupSums: FinalMaker<Rows> = () => ({
  key: 'sums',
  phrases: ['returns the list of the sums of the groups'],
  apply: (rows) => rows.map(total),
  python: (v) => `[sum(group) for group in ${v}]`,
  mistakes: [(rows) => rows.map((row) => row.length)],
})
const groupTops: FinalMaker<Rows> = () => ({
  key: 'tops',
  phrases: ['returns the list of the largest numbers of the groups'],
  apply: (rows) => rows.map((row) => Math.max(...row)),
  python: (v) => `[max(group) for group in ${v}]`,
  mistakes: [(rows) => rows.map((row) => Math.min(...row))],
})

export const listGroups = pipelineFamily<Numbers>({
  family: 'list-groups',
  verbs: ['batch', 'group', 'chunk', 'split_up', 'bundle'],
  nouns: ['numbers', 'values', 'readings', 'parcels', 'scores'],
  parameter: 'numbers',
  takes: ['a list of integers', 'a list of whole numbers'],
  stages: () => numberFilters,
  middle: { make: split, after: groupStages as unknown as readonly StageMaker<Value>[] },
  finals: [groups, groupSums, groupTops] as unknown as readonly FinalMaker<Numbers>[],
  input: numberList,
})
