import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chooseToken } from './choose-token.ts'

const weights = Float32Array.of(9, 9, 9, 0.5, 1, 0, 0.25, 0.25)
const row = { row: 1, vocabularySize: 4 }

test('temperature 0 takes the likeliest token of its row, the lower one of equals', () => {
  assert.equal(chooseToken(Float32Array.of(5, 1, 1, 0.5), { row: 0, vocabularySize: 4 }, options(0, 1), 0.9), 0)
  assert.equal(chooseToken(Float32Array.of(9, 9, 9, 9, 0, 1, 1, 0), row, options(0, 1), 0), 1)
})

test('a uniform number picks the token in whose share of the whole it falls', () => {
  const at = (uniform: number): number => chooseToken(weights, row, options(1, 1), uniform)
  assert.deepEqual([0, 0.66, 0.67, 0.83, 0.84, 0.9999999].map(at), [0, 0, 2, 2, 3, 3])
})

test('a token of probability 0 is never drawn, whatever the uniform number', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.constantFrom(1, 0.9, 0.5),
      (uniform, topP) => {
        assert.notEqual(chooseToken(weights, row, options(1, topP), uniform), 1)
      },
    ),
  )
})

test('the nucleus holds the fewest likeliest tokens that reach top-p', () => {
  const drawn = (topP: number): number[] => {
    const tokens = Array.from({ length: 200 }, (_, i) => chooseToken(weights, row, options(1, topP), i / 200))
    return [...new Set(tokens)].toSorted()
  }
  assert.deepEqual(drawn(0.6), [0])
  assert.deepEqual(drawn(0.7), [0, 2])
  assert.deepEqual(drawn(0.99), [0, 2, 3])
})

function options(temperature: number, topP: number) {
  return { maxTokens: 1, temperature, topP }
}
