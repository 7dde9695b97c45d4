import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  betaCdf,
  betaQuantile,
  bisect,
  fairBinomialCdf,
  logBeta,
  logGamma,
  normalCdf,
  normalQuantile,
  studentQuantile,
} from './distributions.ts'

/** P(T <= t) for Student's t with `freedom` degrees of freedom. */
function studentCdf(t: number, freedom: number): number {
  const tail = 0.5 * betaCdf(freedom / (freedom + t * t), freedom / 2, 0.5)
  return t > 0 ? 1 - tail : tail
}

function assertNear(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} within ${tolerance}`)
}

test('reference values hold (SciPy 1.17)', () => {
  assertNear(betaCdf(0.3, 2, 5), 0.5798250000000003, 1e-12)
  assertNear(betaCdf(0.7, 300, 120), 0.25563020379089435, 1e-11)
  assertNear(betaCdf(0.01, 0.5, 0.5), 0.06376856085851985, 1e-12)
  assertNear(studentQuantile(0.975, 1), 12.706204736174694, 1e-9)
  assertNear(studentQuantile(0.975, 9), 2.262157162798205, 1e-11)
  assertNear(studentQuantile(0.975, 1e5), 1.9599877075346095, 1e-6)
  assertNear(normalCdf(1), 0.8413447460685429, 1e-14)
  assertNear(normalCdf(-5), 2.866515718791933e-7, 1e-19)
  assertNear(normalQuantile(0.975), 1.959963984540054, 1e-12)
  assertNear(logBeta(1e4, 2e4), -19098.908538220945, 1e-9)
})

test('the gamma function of n + 1 is n factorial, and of one half the root of pi', () => {
  assertNear(logGamma(10), Math.log(362880), 1e-12)
  assertNear(logGamma(0.5), 0.5 * Math.log(Math.PI), 1e-13)
})

test('the fair binomial is counted right', () => {
  assertNear(fairBinomialCdf(3, 10), 176 / 1024, 1e-13)
  assert.equal(fairBinomialCdf(-1, 10), 0)
  assert.equal(fairBinomialCdf(10, 10), 1)
})

const parameter = fc.double({ min: 0.2, max: 60, noNaN: true })
const share = fc.double({ min: 0.001, max: 0.999, noNaN: true })

test('the beta distribution mirrors when its parameters are swapped', () => {
  fc.assert(
    fc.property(share, parameter, parameter, (x, a, b) => {
      assertNear(betaCdf(x, a, b), 1 - betaCdf(1 - x, b, a), 1e-10)
    }),
    { numRuns: 200, seed: 7 },
  )
})

test('quantiles undo their distribution functions', () => {
  fc.assert(
    fc.property(share, parameter, parameter, (p, a, b) => {
      // Below 1 a parameter makes the density infinite at that end, where x itself has too few digits.
      assertNear(betaCdf(betaQuantile(p, a + 1, b + 1), a + 1, b + 1), p, 1e-9)
      assertNear(studentCdf(studentQuantile(p, a + 1), a + 1), p, 1e-9)
      assertNear(normalCdf(normalQuantile(p)), p, 1e-12)
    }),
    { numRuns: 60, seed: 7 },
  )
})

test('bisection finds the root of falling functions too', () => {
  assertNear(
    bisect((x) => 2 - x * x, 0, 2),
    Math.SQRT2,
    1e-15,
  )
})
