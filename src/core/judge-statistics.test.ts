import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cohenKappa, roganGladen } from './judge-statistics.ts'

function assertNear(actual: number | undefined, expected: number, tolerance = 1e-12): void {
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) <= tolerance, `${actual} is not ${expected}`)
}

test('kappa of the textbook table is 0.4', () => {
  assertNear(cohenKappa({ truePositives: 20, falseNegatives: 5, falsePositives: 10, trueNegatives: 15 }), 0.4)
})

test('kappa is 1 for perfect agreement, 0 for a judge that always says true, negative for one that is always wrong', () => {
  assert.equal(cohenKappa({ truePositives: 5, falseNegatives: 0, falsePositives: 0, trueNegatives: 5 }), 1)
  assert.equal(cohenKappa({ truePositives: 5, falseNegatives: 0, falsePositives: 5, trueNegatives: 0 }), 0)
  assert.equal(cohenKappa({ truePositives: 0, falseNegatives: 5, falsePositives: 5, trueNegatives: 0 }), -1)
  assert.equal(cohenKappa({ truePositives: 5, falseNegatives: 0, falsePositives: 0, trueNegatives: 0 }), 1)
  assert.throws(
    () => cohenKappa({ truePositives: 0, falseNegatives: 0, falsePositives: 0, trueNegatives: 0 }),
    RangeError,
  )
})

test('a perfect judge’s rate is left as it is', () => {
  const judge = { truePositives: 50, falseNegatives: 0, falsePositives: 0, trueNegatives: 50 }
  const corrected = roganGladen(30, 100, judge)
  assertNear(corrected?.rate, 0.3)
  assertNear(corrected?.high, 0.3 + 1.959963984540054 * Math.sqrt((0.3 * 0.7) / 100))
})

test('an imperfect judge’s report is turned back into the rate that made it', () => {
  const judge = { truePositives: 90, falseNegatives: 10, falsePositives: 20, trueNegatives: 80 }
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (rate) => {
      const reported = rate * 0.9 + (1 - rate) * 0.2
      const corrected = roganGladen(reported * 1000, 1000, judge)
      assertNear(corrected?.rate, rate, 1e-9)
      assert.ok(corrected !== null && corrected.low <= corrected.rate && corrected.rate <= corrected.high)
    }),
    { seed: 7 },
  )
})

test('what is not known about the judge widens the interval', () => {
  const width = (scale: number): number => {
    const corrected = roganGladen(50, 100, {
      truePositives: 9 * scale,
      falseNegatives: scale,
      falsePositives: 2 * scale,
      trueNegatives: 8 * scale,
    })
    return (corrected?.high ?? 0) - (corrected?.low ?? 0)
  }
  assert.ok(width(2) > width(20) && width(20) > width(200))
})

test('a judge no better than chance corrects nothing', () => {
  assert.equal(roganGladen(50, 100, { truePositives: 5, falseNegatives: 5, falsePositives: 5, trueNegatives: 5 }), null)
})

test('a judge that was tried on one kind of item only is refused', () => {
  assert.throws(
    () => roganGladen(5, 10, { truePositives: 5, falseNegatives: 1, falsePositives: 0, trueNegatives: 0 }),
    RangeError,
  )
})

test('the interval is the delta method’s: each source of noise over its own count', () => {
  const corrected = roganGladen(40, 200, { truePositives: 45, falseNegatives: 5, falsePositives: 8, trueNegatives: 72 })
  const rate = (0.2 + 0.9 - 1) / 0.8
  const variance = (0.2 * 0.8) / 200 + (rate ** 2 * 0.9 * 0.1) / 50 + ((1 - rate) ** 2 * 0.9 * 0.1) / 80
  assertNear(corrected?.rate, rate)
  assertNear(corrected?.high, rate + (1.959963984540054 * Math.sqrt(variance)) / 0.8)
  assertNear(corrected?.low, rate - (1.959963984540054 * Math.sqrt(variance)) / 0.8)
})
