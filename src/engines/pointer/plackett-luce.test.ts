import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { logSoftmax, plackettLuce } from './plackett-luce.ts'

const scoreLists = fc.array(fc.double({ min: -40, max: 40, noNaN: true }), { minLength: 2, maxLength: 6 })

test('the log-prob of an ordered pair is ln p(a) + ln(p(b) / (1 - p(a)))', () => {
  const scores = [0.3, -1.2, 2.5, 0]
  const total = scores.reduce((sum, score) => sum + Math.exp(score), 0)
  const p = scores.map((score) => Math.exp(score) / total)
  const expected = Math.log(p[2]!) + Math.log(p[0]! / (1 - p[2]!))
  assert.ok(Math.abs(plackettLuce(scores, [2, 0]) - expected) < 1e-12)
})

test('the probabilities of all ordered pairs add up to 1', () => {
  fc.assert(
    fc.property(scoreLists, (scores) => {
      let total = 0
      scores.forEach((_, a) => {
        scores.forEach((_, b) => {
          if (a !== b) total += Math.exp(plackettLuce(scores, [a, b]))
        })
      })
      assert.ok(Math.abs(total - 1) < 1e-9)
    }),
  )
})

test('equal scores of a pool of K give ln K + ln(K - 1) for a pair', () => {
  for (const [poolSize, loss] of [
    [8, 4.03],
    [20, 5.94],
    [64, 8.3],
    [8000, 17.97],
  ] as const) {
    const scores = new Float32Array(poolSize).fill(1.5)
    const exact = Math.log(poolSize) + Math.log(poolSize - 1)
    assert.ok(Math.abs(-plackettLuce(scores, [1, 0]) - exact) < 1e-9)
    assert.ok(Math.abs(exact - loss) < 0.006)
  }
})

test('a closed choice has no probability', () => {
  const logprobs = logSoftmax([100, 0, 0], (choice) => choice !== 0)
  assert.equal(logprobs[0], Number.NEGATIVE_INFINITY)
  assert.ok(Math.abs(Math.exp(logprobs[1]!) - 0.5) < 1e-12)
})
