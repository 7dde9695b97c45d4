import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../core/json.ts'
import { markdownReport } from './markdown-report.ts'
import { rolePrices } from './role-prices.ts'
import { runCosts } from './run-costs.ts'
import { gatherReport } from './run-report.ts'
import { fakeRun, rollout, step } from './testing/fake-run.ts'

const none = { attempts: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 }
const totals = (calls: number, costUsd: number, failedCalls = 0) => ({
  ...{ calls, failedCalls, attempts: calls + failedCalls, failures: {} },
  ...{ inputTokens: 10 * calls, outputTokens: calls, costUsd, estimated: none },
})
const calls = { 'executor/Custom': totals(4, 0.4), 'executor/Review': totals(2, 0.1, 1), judge: totals(3, 0) }
const rollouts = [
  rollout({ problemId: 'a' }),
  rollout({ problemId: 'b', rollout: 1 }),
  rollout({ problemId: 'b', step: 2 }),
]

function withModels(executor: JsonObject, judge: JsonObject) {
  const run = fakeRun({ calls, rollouts, steps: [step(1)] })
  return { ...run, config: { ...run.config, llm: { executor, judge } } }
}

test('calls are added up by role and operator, rollouts by step and problem', () => {
  const costs = runCosts(withModels({ model: 'gpt-4o-mini' }, { model: 'executor' }))
  assert.deepEqual(
    costs.byRole.map(({ name, calls, failedCalls, costUsd }) => [name, calls, failedCalls, costUsd]),
    [
      ['executor', 6, 1, 0.5],
      ['judge', 3, 0, 0],
    ],
  )
  assert.deepEqual(
    costs.byOperator.map(({ name }) => name),
    ['Custom', 'Review'],
  )
  assert.deepEqual(
    costs.byStep.map(({ name, rollouts }) => [name, rollouts]),
    [
      ['1', 2],
      ['2', 1],
    ],
  )
  assert.deepEqual(new Set(costs.byProblem.map(({ name }) => name)), new Set(['a', 'b']))
  assert.equal(costs.prices.judge?.source, 'table')
})

test('a model without a known price costs an unknown sum, never nothing', () => {
  const run = withModels({ model: 'my-model' }, { model: 'gpt-4o', inputPerMillionUsd: 1, outputPerMillionUsd: 2 })
  const costs = runCosts(run)
  assert.deepEqual([costs.totalUsd, costs.byRole.map(({ costUsd }) => costUsd)], [null, [null, 0]])
  assert.ok(costs.byProblem.every(({ costUsd }) => costUsd === null))
  const report = gatherReport(run)
  assert.deepEqual(report.unpriced, ['executor'])
  assert.match(markdownReport(report, 'en'), /executor\/Custom \|.*\| unknown \|/)
  assert.match(markdownReport(report, 'en'), /judge \|.*\| \$0\.0000 \|/)
})

test("the judge takes the executor's prices with its model only", () => {
  const own = { inputPerMillionUsd: 1, outputPerMillionUsd: 2 }
  const source = (judge: JsonObject) => rolePrices({ llm: { executor: { model: 'm', ...own }, judge } }).judge?.source
  assert.equal(source({ model: 'executor' }), 'given')
  assert.equal(source({ model: 'other' }), 'unpriced')
  assert.equal(source({ model: 'gpt-4o' }), 'table')
  assert.deepEqual(rolePrices({}), {})
})
