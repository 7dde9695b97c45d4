import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pricesAsOf, priceTable } from './price-table.ts'
import { costUsd, pricingOf } from './prices.ts'

test('a price given counts before the table, one left out comes from the table', () => {
  const given = pricingOf('gpt-4o', { inputPerMillionUsd: 1, outputPerMillionUsd: 2 })
  assert.deepEqual(given, { source: 'given', prices: { inputPerMillionUsd: 1, outputPerMillionUsd: 2 } })
  const half = pricingOf('gpt-4o', { inputPerMillionUsd: 1, outputPerMillionUsd: null })
  assert.deepEqual(half, {
    source: 'table',
    prices: { inputPerMillionUsd: 1, outputPerMillionUsd: 10 },
    asOf: pricesAsOf,
  })
})

test('provider, date and case of a name do not hide its price', () => {
  for (const name of ['gpt-4o-mini', 'openai/gpt-4o-mini', 'GPT-4o-mini-2024-07-18', 'gpt-4o-mini-latest']) {
    assert.deepEqual(pricingOf(name, null).prices, { inputPerMillionUsd: 0.15, outputPerMillionUsd: 0.6 }, name)
  }
})

test('a model that nobody knows the price of is flagged; a name of the language is no price', () => {
  for (const name of ['my-model', 'constructor', '__proto__', 'toString']) {
    assert.equal(pricingOf(name, null).source, 'unpriced', name)
    assert.deepEqual(pricingOf(name, null).prices, { inputPerMillionUsd: 0, outputPerMillionUsd: 0 }, name)
  }
})

test('one price alone does not make a model priced, and the table has a date', () => {
  assert.equal(pricingOf('my-model', { inputPerMillionUsd: 1, outputPerMillionUsd: null }).source, 'unpriced')
  assert.equal(pricingOf('my-model', { inputPerMillionUsd: 0, outputPerMillionUsd: 0 }).source, 'given')
  assert.match(pricesAsOf, /^20\d\d-\d\d$/)
})

test('a million tokens cost the price of a million', () => {
  const prices = { inputPerMillionUsd: 3, outputPerMillionUsd: 15 }
  assert.equal(costUsd(prices, { inputTokens: 1_000_000, outputTokens: 0 }), 3)
  assert.equal(costUsd(prices, { inputTokens: 0, outputTokens: 1_000_000 }), 15)
})

test('in the table output costs no less than input', () => {
  for (const [name, [input, output]] of Object.entries(priceTable)) assert.ok(output >= input && input >= 0, name)
})
