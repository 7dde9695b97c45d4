import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { learningRateAt, temperatureAt } from './schedules.ts'

const rates = (schedule: 'constant' | 'linear' | 'cosine', warmupSteps: number, total: number): number[] =>
  Array.from({ length: total }, (_, i) => learningRateAt({ learningRate: 1, warmupSteps, schedule }, i + 1, total))

function assertNear(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length)
  actual.forEach((value, i) => {
    assert.ok(Math.abs(value - (expected[i] as number)) < 1e-12, `${actual.join()} is not ${expected.join()}`)
  })
}

test('the warm-up rises evenly and then the rate stays', () => {
  assertNear(rates('constant', 3, 6), [0.25, 0.5, 0.75, 1, 1, 1])
})

test('without a warm-up the first step has the full rate', () => {
  assertNear(rates('constant', 0, 2), [1, 1])
})

test('the linear schedule reaches 0 just after the last step', () => {
  assertNear(rates('linear', 1, 5), [0.5, 1, 0.75, 0.5, 0.25])
})

test('the cosine schedule is half way down in the middle', () => {
  assertNear(rates('cosine', 0, 4), [1, 0.5 + Math.SQRT1_2 / 2, 0.5, 0.5 - Math.SQRT1_2 / 2])
})

test('every step of every schedule has a rate above 0 and at most the highest', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('constant', 'linear', 'cosine'),
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 1, max: 40 }),
      (schedule, warmupSteps, total) => {
        const values = rates(schedule, warmupSteps, total)
        assert.ok(values.every((value) => value > 0 && value <= 1))
        const after = values.slice(warmupSteps)
        assert.ok(after.every((value, i) => i === 0 || value <= (after[i - 1] as number)))
      },
    ),
    { seed: 7 },
  )
})

test('steps count from 1', () => {
  assert.throws(() => learningRateAt({ learningRate: 1, warmupSteps: 0, schedule: 'constant' }, 0, 5), RangeError)
})

test('the temperature goes on a line from the first step to the last, and stays there', () => {
  const linear = { shape: 'linear', final: 0.4 } as const
  assertNear(
    [1, 2, 3, 4, 9].map((step) => temperatureAt(1, linear, { step, totalSteps: 4 })),
    [1, 0.8, 0.6, 0.4, 0.4],
  )
  assert.equal(temperatureAt(1, { shape: 'constant', final: 0.4 }, { step: 3, totalSteps: 4 }), 1)
  assert.equal(temperatureAt(1, linear, { step: 1, totalSteps: 1 }), 1)
})
