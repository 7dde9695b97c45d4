import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatonError } from '../core/failure.ts'
import type { RunReader } from '../runs/index.ts'
import { compareRuns } from './run-comparison.ts'
import { evaluation, fakeRun } from './testing/fake-run.ts'

const wrong = Array.from({ length: 60 }, () => false)
const right = wrong.map(() => true)
const half = wrong.map((_, i) => i % 2 === 0)
const runWith = (before: readonly boolean[], after: readonly boolean[]): RunReader =>
  fakeRun({ evaluations: [evaluation('before', 0, before), evaluation('after', 3, after)] })

test('two runs are compared by their last evaluations, over all problems and by type', () => {
  const { rows, labelA, labelB, leftOut } = compareRuns(runWith(wrong, right), runWith(wrong, half))
  assert.deepEqual([labelA, labelB, leftOut], ['after', 'after', 0])
  const [all, ...types] = rows
  assert.deepEqual([all?.name, all?.n, all?.onlyA, all?.onlyB], ['all', 60, 30, 0])
  assert.ok(Math.abs((all?.difference ?? 0) - 0.5) < 1e-12 && (all?.low ?? 0) > 0.3)
  assert.equal(
    types.reduce((sum, row) => sum + row.n, 0),
    60,
  )
})

test('the evaluations are chosen by label, and a missing one is told with those there are', () => {
  const run = runWith(wrong, right)
  assert.equal(compareRuns(run, run, { labelA: 'after', labelB: 'before' }).rows[0]?.difference, 1)
  assert.throws(
    () => compareRuns(run, run, { labelA: 'later' }),
    (error) => error instanceof BatonError && /before, after/.test(error.hint ?? ''),
  )
  assert.throws(() => compareRuns(fakeRun({}), run), /no evaluation yet/)
})

test('other problems and another executor are refused by name', () => {
  const few = runWith(wrong.slice(0, 30), right.slice(0, 30))
  assert.throws(() => compareRuns(runWith(wrong, right), few), /problems \(60 and 30, of which 30 are the same\)/)
  const other = { ...runWith(wrong, right), config: { llm: { executor: { model: 'gpt-x', baseUrl: 'http://x' } } } }
  assert.throws(() => compareRuns(runWith(wrong, right), other), /executor \(simulator skill 1 against gpt-x\)/)
})
