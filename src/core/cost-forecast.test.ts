import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forecastSum } from './cost-forecast.ts'

test('equal costs leave nothing open', () => {
  assert.deepEqual(forecastSum([2, 2, 2], 5), { low: 10, value: 10, high: 10 })
})

test('the band is that of a sum of as many draws', () => {
  // mean 2, s = 1, t(0.975, 2) = 4.302653; sqrt(4 + 16 / 3) = 3.05505
  const forecast = forecastSum([1, 2, 3], 4)
  assert.equal(forecast?.value, 8)
  assert.ok(Math.abs((forecast?.high ?? 0) - (8 + 4.302653 * 3.05505)) < 1e-4, String(forecast?.high))
  assert.equal(forecast?.low, 0, 'dollars are not given back')
})

test('one step says nothing about spread', () => {
  assert.equal(forecastSum([1], 4), null)
})
