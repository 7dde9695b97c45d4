/** Families over a list of integers: filtering, changing and ordering. */
import { countFinal, largestFinal, plainList, spreadFinal, sumFinal } from './number-finals.ts'
import { numberFilters, numberList, numberMaps, numberOrders } from './numbers.ts'
import { pipelineFamily } from './pipeline.ts'

const takes = ['a list of integers', 'a list of whole numbers', 'a list `numbers` of integers'] as const

export const numberFilter = pipelineFamily({
  family: 'number-filter',
  verbs: ['select', 'sift', 'pick', 'filter', 'choose', 'screen'],
  nouns: ['numbers', 'values', 'readings', 'scores', 'entries', 'amounts'],
  parameter: 'numbers',
  takes,
  stages: (level) => (level === 5 ? [...numberFilters, ...numberMaps] : numberFilters),
  finals: [plainList, sumFinal, countFinal, largestFinal],
  input: numberList,
})

export const numberMap = pipelineFamily({
  family: 'number-map',
  verbs: ['adjust', 'convert', 'change', 'rework', 'scale', 'transform'],
  nouns: ['numbers', 'values', 'readings', 'scores', 'entries', 'levels'],
  parameter: 'numbers',
  takes,
  stages: (level) => (level >= 4 ? [...numberMaps, ...numberFilters] : numberMaps),
  finals: [plainList, sumFinal, spreadFinal],
  input: numberList,
})

export const listOrder = pipelineFamily({
  family: 'list-order',
  verbs: ['arrange', 'reorder', 'rearrange', 'order', 'sequence', 'line_up'],
  nouns: ['items', 'values', 'numbers', 'queue', 'series', 'steps'],
  parameter: 'numbers',
  takes,
  stages: () => numberOrders,
  finals: [plainList],
  input: numberList,
})
