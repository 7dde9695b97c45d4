import assert from 'node:assert/strict'
import { test } from 'node:test'
import { comparePaired } from '../core/paired-comparison.ts'
import { comparisonLines } from './comparison-lines.ts'
import { paint } from './paint.ts'

const colour = paint({ isTTY: false })
const linesOf = (a: readonly number[], b: readonly number[], isSelf = false): string => {
  const rows = comparePaired([{ name: 'all', a, b, clusters: a.map((_, i) => i) }], { key: ['test'], permutations: 99 })
  return comparisonLines({ a: 'x', b: 'y', isSelf, rowTitle: 'problems', rows, leftOut: 0 }, colour).join('\n')
}
const half = Array.from({ length: 60 }, (_, i) => i % 2)

test('what cannot be told says what the problems can show and how many are needed', () => {
  const oneMore = half.map((value, i) => (i === 0 ? 1 : value))
  assert.match(
    linesOf(oneMore, half),
    /all problems: cannot tell: 60 problems can show 7\.\d\d points, the difference is 1\.67; 1,\d{3} would be needed\./,
  )
  assert.match(linesOf(half, half), /cannot tell: 60 problems can show 6\.\d\d points\.$/m)
})

test('a difference above 100 points is not called detectable', () => {
  const one = linesOf([1], [0])
  assert.match(
    one,
    /all problems: cannot tell: 1 problem is too few to show any difference, the difference is 100\.00;/,
  )
  assert.match(one, /^all .* –$/m)
  assert.match(linesOf([0, 1], [0, 1]), /2 problems (can show \d\d|are too few)/)
})

test('equal is an interval within the margin, above and below are beside 0', () => {
  const many = Array.from({ length: 400 }, (_, i) => i % 2)
  assert.match(linesOf(many, many), /all problems: equal, the whole interval lies within 1 point of 0\./)
  const all = half.map(() => 1)
  assert.match(linesOf(all, half), /all problems: A is above B\./)
  assert.match(linesOf(half, all), /all problems: A is below B\./)
  assert.match(linesOf(half, all), / −50\.00 +\[−\d/)
})

test('a run compared with itself says so and reads nothing out of it', () => {
  const text = linesOf(half, half, true)
  assert.match(text, /A and B are the same evaluation of the same run/)
  assert.doesNotMatch(text, /cannot tell|can show \d|equal,/)
})
