import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Problem } from '../core/problem.ts'
import { problemsOfStep } from './problem-order.ts'

const problems: Problem[] = Array.from({ length: 10 }, (_, i) => ({
  id: `p${i}`,
  type: 'math',
  source: 'test',
  question: `${i}?`,
  answer: `${i}`,
  difficulty: 1,
}))
const ids = (step: number, seed = 1): string[] =>
  problemsOfStep(problems, { seed, step, count: 4 }).map((problem) => problem.id)

test('a pass visits every problem once before any is seen again', () => {
  const seen = [1, 2, 3, 4, 5].flatMap((step) => ids(step))
  assert.equal(new Set(seen.slice(0, 10)).size, 10)
  assert.equal(new Set(seen.slice(10, 20)).size, 10)
})

test('the order depends on seed and pass and on nothing else', () => {
  assert.deepEqual(ids(2), ids(2))
  assert.notDeepEqual([ids(1), ids(2)], [ids(1, 2), ids(2, 2)])
  const seen = [1, 2, 3, 4, 5].flatMap((step) => ids(step))
  assert.notDeepEqual(seen.slice(0, 10), seen.slice(10, 20))
})

test('a split smaller than a step is walked through more than once', () => {
  assert.equal(problemsOfStep(problems.slice(0, 3), { seed: 1, step: 1, count: 8 }).length, 8)
})
