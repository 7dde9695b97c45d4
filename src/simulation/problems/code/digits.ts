/** The digits of a number, filtered, changed and combined. */
import type { Rng } from '../../../core/random.ts'
import { between } from '../words.ts'
import type { Numbers } from './numbers.ts'
import { pipelineFamily } from './pipeline.ts'
import type { FinalMaker, StageMaker } from './stage.ts'

const stages: readonly StageMaker<Numbers>[] = [
  (rng) => {
    const k = between(rng, 2, 6)
    return {
      key: `above ${k}`,
      phrases: [`keeps only the digits greater than ${k}`, `drops all digits up to ${k}`],
      apply: (digits) => digits.filter((d) => d > k),
      python: (v) => `[d for d in ${v} if d > ${k}]`,
      mistakes: [(digits) => digits.filter((d) => d >= k), (digits) => digits.filter((d) => d < k)],
    }
  },
  (rng) => {
    const k = between(rng, 0, 9)
    return {
      key: `without ${k}`,
      phrases: [`leaves out every digit ${k}`],
      apply: (digits) => digits.filter((d) => d !== k),
      python: (v) => `[d for d in ${v} if d != ${k}]`,
      mistakes: [(digits) => digits.filter((d) => d === k)],
    }
  },
  (rng) => {
    const k = between(rng, 2, 9)
    return {
      key: `add ${k}`,
      phrases: [`adds ${k} to each digit`],
      apply: (digits) => digits.map((d) => d + k),
      python: (v) => `[d + ${k} for d in ${v}]`,
      mistakes: [(digits) => digits.map((d) => d - k)],
    }
  },
  (rng) => {
    const k = between(rng, 2, 7)
    return {
      key: `times ${k}`,
      phrases: [`multiplies each digit by ${k}`],
      apply: (digits) => digits.map((d) => d * k),
      python: (v) => `[d * ${k} for d in ${v}]`,
      mistakes: [(digits) => digits.map((d) => d + k)],
    }
  },
  (rng) => {
    const rest = rng.integer(2)
    const word = rest === 0 ? 'even' : 'odd'
    return {
      key: `parity ${rest}`,
      phrases: [`keeps only the ${word} digits`],
      apply: (digits) => digits.filter((d) => Math.abs(d) % 2 === rest),
      python: (v) => `[d for d in ${v} if d % 2 == ${rest}]`,
      mistakes: [(digits) => digits.filter((d) => Math.abs(d) % 2 !== rest)],
    }
  },
  (rng) => {
    const k = between(rng, 2, 4)
    return {
      key: `head ${k}`,
      phrases: [`keeps only the first ${k} digits`],
      apply: (digits) => digits.slice(0, k),
      python: (v) => `${v}[:${k}]`,
      mistakes: [(digits) => digits.slice(0, k + 1), (digits) => digits.slice(Math.max(0, digits.length - k))],
    }
  },
  () => ({
    key: 'square',
    phrases: ['squares each digit'],
    apply: (digits) => digits.map((d) => d * d),
    python: (v) => `[d * d for d in ${v}]`,
    mistakes: [(digits) => digits.map((d) => d * 2)],
  }),
]

const sum: FinalMaker<Numbers> = () => ({
  key: 'sum',
  phrases: ['returns their sum'],
  apply: (d) => d.reduce((a, b) => a + b, 0),
  python: (v) => `sum(${v})`,
  mistakes: [(d) => d.length],
})
const alternating: FinalMaker<Numbers> = () => ({
  key: 'alternating',
  phrases: ['returns their alternating sum (first minus second plus third and so on)'],
  apply: (d) => d.reduce((a, b, i) => (i % 2 === 0 ? a + b : a - b), 0),
  python: (v) => `sum(${v}[::2]) - sum(${v}[1::2])`,
  mistakes: [(d) => -d.reduce((a, b, i) => (i % 2 === 0 ? a + b : a - b), 0), (d) => d.reduce((a, b) => a + b, 0)],
})
const largest: FinalMaker<Numbers> = () => ({
  key: 'largest',
  phrases: ['returns the largest of them, or 0 if there are none'],
  apply: (d) => (d.length === 0 ? 0 : Math.max(...d)),
  python: (v) => `max(${v}, default=0)`,
  mistakes: [(d) => (d.length === 0 ? 0 : Math.min(...d))],
})
const list: FinalMaker<Numbers> = () => ({
  key: 'list',
  phrases: ['returns them as a list'],
  apply: (d) => d,
  python: (v) => v,
  mistakes: [],
  isPlain: true,
})

function number(rng: Rng): number {
  return Number(Array.from({ length: between(rng, 1, 7) }, () => rng.integer(10)).join(''))
}

export const digitWork = pipelineFamily<Numbers>({
  family: 'digit-work',
  verbs: ['digit', 'figure', 'numeral', 'decimal'],
  nouns: ['value', 'check', 'code', 'score', 'key', 'sum'],
  parameter: 'n',
  takes: ['a non-negative integer', 'an integer that is not negative'],
  stages: () => stages,
  finals: [list, sum, alternating, largest],
  input: number,
  enter: {
    apply: (input) => [...String(input)].map(Number),
    python: (v) => `[int(c) for c in str(${v})]`,
    phrase: 'splits it into its decimal digits',
    name: 'digits',
  },
})
