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
  const { rows, a, b, leftOut } = compareRuns(runWith(wrong, right), runWith(wrong, half))
  assert.deepEqual([a.label, b.label, leftOut], ['after', 'after', 0])
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
    (error) => error instanceof BatonError && /It has: before \(step 0\), after \(step 3\)\./.test(error.hint ?? ''),
  )
  assert.throws(() => compareRuns(fakeRun({}), run), /no evaluation yet/)
})

test('other problems and another executor are refused by name', () => {
  const few = runWith(wrong.slice(0, 30), right.slice(0, 30))
  assert.throws(() => compareRuns(runWith(wrong, right), few), /problems \(60 and 30, of which 30 are the same\)/)
  const other = { ...runWith(wrong, right), config: { llm: { executor: { model: 'gpt-x', baseUrl: 'http://x' } } } }
  assert.throws(() => compareRuns(runWith(wrong, right), other), /executor \(simulator skill 1 against gpt-x\)/)
})

test('greedy is compared with greedy, sampled with sampled, by name or by whole label, and fixed workflows with either', () => {
  const run = fakeRun({
    evaluations: [
      evaluation('best-fixed', 0, half),
      evaluation('step-3', 3, wrong),
      evaluation('after', 3, right),
      evaluation('after-sampled', 3, half),
      evaluation('eval-mine', 3, right),
      evaluation('eval-mine-sampled', 3, wrong),
    ],
  })
  const compared = (options: Parameters<typeof compareRuns>[2]): string[] => {
    const { a, b } = compareRuns(run, run, options)
    return [a.label, b.label]
  }
  assert.deepEqual(compared({}), ['after', 'after'])
  assert.deepEqual(compared({ decoding: 'sampled' }), ['after-sampled', 'after-sampled'])
  assert.deepEqual(compared({ labelA: 'eval-mine', labelB: 'after' }), ['eval-mine', 'after'])
  const sampled = { labelA: 'eval-mine', labelB: 'best-fixed', decoding: 'sampled' } as const
  assert.deepEqual(compared(sampled), ['eval-mine-sampled', 'best-fixed'])
  const whole = { labelA: 'after-sampled', labelB: 'eval-mine-sampled' }
  assert.deepEqual(compared(whole), ['after-sampled', 'eval-mine-sampled'])
  assert.throws(() => compared({ labelA: 'after', labelB: 'after-sampled' }), /decoding \(greedy against sampled\)/)
})

test('a greedy evaluation is not taken where the sampled one was asked for', () => {
  const run = fakeRun({ evaluations: [evaluation('eval-mine', 3, right)] })
  assert.throws(
    () => compareRuns(run, run, { labelA: 'eval-mine', labelB: 'eval-mine', decoding: 'sampled' }),
    /no sampled evaluation "eval-mine", only greedy/,
  )
})

test('a run that was only sampled says so, and two temperatures are refused', () => {
  const at = (temperature: number): RunReader =>
    fakeRun({ evaluations: [{ ...evaluation('after-sampled', 3, right), temperature }] })
  assert.throws(
    () => compareRuns(at(1), at(1)),
    (error) => error instanceof BatonError && /no greedy/.test(error.message) && /--sampled/.test(error.hint ?? ''),
  )
  assert.equal(compareRuns(at(1), at(1), { decoding: 'sampled' }).rows[0]?.difference, 0)
  assert.throws(() => compareRuns(at(1), at(0.7), { decoding: 'sampled' }), /temperature \(1 against 0\.7\)/)
})

test('a refusal names the evaluations with their steps, and a decoding is settled by choosing, not by measuring again', () => {
  const run = fakeRun({
    evaluations: [
      evaluation('before', 0, wrong),
      evaluation('before-sampled', 0, half),
      evaluation('after', 3, right),
      evaluation('after-sampled', 3, half),
    ],
  })
  const refused = (options: Parameters<typeof compareRuns>[2], other = run): BatonError => {
    try {
      compareRuns(run, other, options)
    } catch (error) {
      if (error instanceof BatonError) return error
    }
    throw new Error('not refused')
  }
  const { message, hint = '' } = refused({ labelA: 'after', labelB: 'before-sampled' })
  assert.match(
    message,
    /^runs\/test-1 \(after, step 3\) and runs\/test-1 \(before-sampled, step 0\) cannot be compared/,
  )
  assert.equal(
    hint,
    'Choose --other-label before, or compare sampled ones: --label after --other-label before --sampled.',
  )
  const onlySampled = fakeRun({ evaluations: [evaluation('after-sampled', 3, half)] })
  const unlike = refused({ labelA: 'before', labelB: 'after-sampled' }, onlySampled).hint
  assert.equal(unlike, 'Compare sampled ones: --label before --other-label after --sampled.')
  const greedyOnly = fakeRun({ evaluations: [evaluation('after', 3, right)] })
  assert.throws(
    () => compareRuns(greedyOnly, onlySampled, { labelA: 'after', labelB: 'after-sampled' }),
    (error) => error instanceof BatonError && /baton eval runs\/test-1 --greedy/.test(error.hint ?? ''),
  )
  assert.match(refused({ labelA: 'later' }).hint ?? '', /before-sampled \(step 0\), after \(step 3\)/)
})
