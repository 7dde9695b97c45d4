import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grouped } from '../core/grouped.ts'
import { dollars, durationText, percent, shellWord, signed, sparkline } from './format.ts'

test('numbers read as people write them', () => {
  assert.equal(percent(0.4125), '41.3 %')
  assert.equal(percent(0.4125, false), '41.3')
  assert.equal(signed(2.314), '+2.31')
  assert.equal(signed(-0.5), '−0.50')
  assert.equal(dollars(0.0017), '$0.0017')
  assert.equal(durationText(206), '3m 26s')
  assert.equal(durationText(59.6), '1m 0s')
  assert.equal(durationText(7322), '2h 2m')
  assert.equal(grouped(2048), '2,048')
})

test('a sparkline goes from the lowest to the highest bar and is empty without a trend', () => {
  assert.equal(sparkline([0, 1]), '▁█')
  assert.equal(sparkline([5, 5, 5]), '▁▁▁')
  assert.equal(sparkline([1]), '')
})

test('a path with a blank or a quote is quoted for the shell', () => {
  assert.equal(shellWord('runs/a-1'), 'runs/a-1')
  assert.equal(shellWord("my runs/it's"), "'my runs/it'\\''s'")
})
