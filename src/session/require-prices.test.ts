import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from '../config/index.ts'
import { BatonError } from '../core/failure.ts'
import { requirePrices } from './require-prices.ts'

function refusal(...set: string[]): BatonError | null {
  try {
    requirePrices(loadConfig({ preset: 'tiny', set, environment: {} }).config)
    return null
  } catch (error) {
    assert.ok(error instanceof BatonError)
    return error
  }
}

const server = ['llm.executor.baseUrl=http://127.0.0.1:9/v1', 'llm.executor.model=my-model']
const budget = 'training.maxCostUsd=1'

test('a budget with a model whose price is not known is refused, with the fix', () => {
  const refused = refusal(...server, budget)
  assert.equal(refused?.exitCode, 2)
  assert.match(refused?.message ?? '', /maxCostUsd is 1, but the price of the executor my-model is not known/)
  assert.match(refused?.hint ?? '', /Set llm\.executor\.inputPerMillionUsd and llm\.executor\.outputPerMillionUsd/)
  const judge = refusal(budget, 'llm.judge.baseUrl=http://127.0.0.1:9/v1', 'llm.judge.model=other')
  assert.match(judge?.hint ?? '', /llm\.judge\.inputPerMillionUsd/)
})

test('a budget with prices, without a server, and a server without a budget are accepted', () => {
  const prices = ['llm.executor.inputPerMillionUsd=0', 'llm.executor.outputPerMillionUsd=0']
  assert.equal(refusal(...server, budget, ...prices), null)
  assert.equal(refusal(...server), null)
  assert.equal(refusal(budget), null)
  assert.equal(refusal(server[0] as string, 'llm.executor.model=gpt-4o-mini', budget), null)
})
