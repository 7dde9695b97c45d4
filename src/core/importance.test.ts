import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ImportanceOptions, importanceWeights } from './importance.ts'

const differences = [Math.log(0.5), Math.log(2), Math.log(4)]

const weightsOf = (options: ImportanceOptions, of: readonly number[] = differences): number[] =>
  Array.from(importanceWeights(options, of))

function near(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length)
  expected.forEach((value, t) => {
    assert.ok(Math.abs((actual[t] as number) - value) < 1e-12, `[${actual}] is not [${expected}]`)
  })
}

test('token_truncate caps each token', () => {
  near(weightsOf({ mode: 'token_truncate', cap: 3, floor: 0, length: 'sum' }), [0.5, 2, 3])
  near(weightsOf({ mode: 'token_truncate', cap: 3, floor: 0.8, length: 'sum' }), [0.8, 2, 3])
})

test('token_mask takes out each token outside the range', () => {
  near(weightsOf({ mode: 'token_mask', cap: 3, floor: 0, length: 'sum' }), [0.5, 2, 0])
  near(weightsOf({ mode: 'token_mask', cap: 5, floor: 0.8, length: 'sum' }), [0, 2, 4])
})

test('the sequence modes give every token the weight of the whole, which is a product', () => {
  near(weightsOf({ mode: 'sequence_truncate', cap: 3, floor: 0, length: 'sum' }), [3, 3, 3])
  near(weightsOf({ mode: 'sequence_truncate', cap: 10, floor: 0, length: 'sum' }), [4, 4, 4])
  near(weightsOf({ mode: 'sequence_mask', cap: 3, floor: 0, length: 'sum' }), [0, 0, 0])
  near(weightsOf({ mode: 'sequence_mask', cap: 10, floor: 0, length: 'sum' }), [4, 4, 4])
})

test('with the mean of the differences a long sequence is not masked for its length', () => {
  const long = new Array<number>(1000).fill(0.01)
  assert.equal(weightsOf({ mode: 'sequence_mask', cap: 3, floor: 0, length: 'sum' }, long)[0], 0)
  near(weightsOf({ mode: 'sequence_mask', cap: 3, floor: 0, length: 'mean' }, long).slice(0, 1), [Math.exp(0.01)])
})

test('weights lie between 0 and the cap and are 1 where sampler and trainer agree', () => {
  const mode = fc.constantFrom<ImportanceOptions['mode']>(
    'token_truncate',
    'token_mask',
    'sequence_truncate',
    'sequence_mask',
  )
  const list = fc.array(fc.double({ min: -800, max: 800, noNaN: true }), { maxLength: 8 })
  fc.assert(
    fc.property(mode, list, fc.constantFrom('sum' as const, 'mean' as const), (by, values, length) => {
      for (const weight of weightsOf({ mode: by, cap: 3, floor: 0, length }, values))
        assert.ok(weight >= 0 && weight <= 3)
      const equal = values.map(() => 0)
      near(
        weightsOf({ mode: by, cap: 3, floor: 0, length }, equal),
        equal.map(() => 1),
      )
    }),
  )
})
