import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from '../config/index.ts'
import { fixtureSequences, lossCases, measuredTolerance } from '../core/fixtures/policy-loss.ts'
import { policyLoss } from '../core/policy-loss.ts'
import { policyLossNames } from '../core/policy-loss-names.ts'
import { lossOptions } from './loss-options.ts'

const lossConfig = (settings: Readonly<Record<string, unknown>>) => {
  const set = Object.entries(settings).map(([key, value]) => `training.loss.${key}=${value}`)
  return loadConfig({ set }).config.training.loss
}

for (const { name, options, measured, exact } of lossCases) {
  test(`${name}: the configuration reaches the value of the library`, () => {
    const { loss: type, maxCompletionLength = 512, importance: _, ...rest } = options
    const { loss } = policyLoss(lossOptions(lossConfig({ type, ...rest }), maxCompletionLength), fixtureSequences)
    assert.ok(Math.abs(loss - exact) <= 1e-9, `${loss} is not ${exact}`)
    if (measured !== undefined) assert.ok(Math.abs(loss - measured) <= measuredTolerance, `${loss} is not ${measured}`)
  })
}

test('every loss is among them', () => {
  assert.deepEqual(new Set(lossCases.map(({ options }) => options.loss)), new Set(policyLossNames))
})

test('the importance correction is passed on whole', () => {
  const settings = { importance: 'sequence_mask', importanceCap: 2, importanceFloor: 0.5, importanceLength: 'mean' }
  assert.deepEqual(lossOptions(lossConfig(settings), 512).importance, {
    mode: 'sequence_mask',
    cap: 2,
    floor: 0.5,
    length: 'mean',
  })
  assert.equal(lossOptions(lossConfig({}), 512).importance, null)
})
