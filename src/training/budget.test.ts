import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBudget } from './budget.ts'

test('stops before the rollout that would pass the limit, counting what is under way', () => {
  let spentUsd = 0
  const budget = createBudget(1, () => spentUsd)
  budget.assertRoom()
  spentUsd = 0.3
  budget.release()
  budget.assertRoom()
  budget.assertRoom()
  assert.throws(() => budget.assertRoom(), {
    code: 'budget',
    exitCode: 4,
    message:
      'the budget of $1 would be passed: $0.3000 spent + $0.6000 reserved for 2 rollouts under way + $0.3000 for one more = $1.2000.',
    resumeWith: '--set training.maxCostUsd=2',
  })
})

test('what earlier attempts of the run spent counts', () => {
  assert.throws(() => createBudget(1, () => 1.5).assertRoom(), /budget of \$1 is used up: \$1\.5000 is spent/)
})

test('without a limit there is always room', () => {
  const budget = createBudget(null, () => 1e9)
  for (let i = 0; i < 100; i++) budget.assertRoom()
})
