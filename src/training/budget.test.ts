import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBudget } from './budget.ts'

test('stops before the rollout that would pass the limit, counting what is under way', () => {
  const budget = createBudget(1, 0)
  budget.assertRoom()
  budget.add(0.3)
  budget.assertRoom()
  budget.assertRoom()
  assert.throws(() => budget.assertRoom(), { code: 'budget', exitCode: 4 })
})

test('what earlier attempts of the run spent counts', () => {
  assert.throws(() => createBudget(1, 1.5).assertRoom(), /budget of \$1 would be passed/)
})

test('without a limit there is always room', () => {
  const budget = createBudget(null, 1e9)
  budget.assertRoom()
  budget.add(5)
  assert.equal(budget.spentUsd, 1e9 + 5)
})
