import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expectationOf, type WorldDifference } from './expectation.ts'

const difference = (world: WorldDifference['world'], low: number, seed = '1'): WorldDifference => ({
  ...{ world, seed, baseline: 'similar', n: 100, detectable: 0.091 },
  ...{ low, high: low + 0.12 },
})

test('an interval that includes 0 is no failure where the sizes are smaller than the defaults', () => {
  const list = [difference('simulated', -0.02)]
  assert.deepEqual(expectationOf(list, { hasDefaultSizes: false, seeds: 1 }), {
    lines: ['simulated, seed 1: learned against similar: cannot tell with 100 questions: they can show 9.1 points.'],
    exitCode: 0,
  })
  const strict = expectationOf(list, { hasDefaultSizes: true, seeds: 1 })
  assert.equal(strict.exitCode, 4)
  assert.match(strict.lines[0] ?? '', /a gain is missing\.$/)
})

test('a gain in the null world counts for the seeds together, at any size', () => {
  const list = [difference('null world', 0.01), difference('null world', -0.02, 'all')]
  assert.deepEqual(expectationOf(list, { hasDefaultSizes: true, seeds: 3 }), { lines: [], exitCode: 0 })
  const together = expectationOf([difference('null world', 0.01, 'all')], { hasDefaultSizes: false, seeds: 3 })
  assert.equal(together.exitCode, 4)
  assert.match(together.lines[0] ?? '', /^null world, all seeds: .* a gain where nothing can be learned\.$/)
  assert.equal(expectationOf([difference('null world', 0.01)], { hasDefaultSizes: false, seeds: 1 }).exitCode, 4)
})

test('a clear gain has no line, a clear loss fails at any size', () => {
  assert.deepEqual(expectationOf([difference('simulated', 0.01)], { hasDefaultSizes: true, seeds: 1 }).lines, [])
  const loss = expectationOf([difference('simulated', -0.2)], { hasDefaultSizes: false, seeds: 1 })
  assert.equal(loss.exitCode, 4)
  assert.match(loss.lines[0] ?? '', /a loss\.$/)
})
