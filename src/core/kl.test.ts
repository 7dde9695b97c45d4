import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type KlEstimator, klTerm } from './kl.ts'

/** [policy, reference] probabilities of six tokens; the sixth is padding where a mean is taken. */
const tokens = [
  [0.65, 0.55],
  [0.36, 0.4],
  [0.3, 0.25],
  [0.3, 0.5],
  [0.3, 0.25],
  [0.9, 0.1],
] as const

/** verl 0.7's values: float32 printed with nine decimals. */
const measured: Readonly<Record<KlEstimator, readonly number[]>> = {
  k1: [0.167054085, -0.105360516, 0.182321557, -0.510825624, 0.182321557, 2.197224577],
  k2: [0.013953534, 0.005550419, 0.016620575, 0.130471409, 0.016620575, 2.413897922],
  k3: [0.013207931, 0.005750595, 0.01565489, 0.155841043, 0.01565489, 1.308335688],
}
const measuredMeans: Readonly<Record<KlEstimator, number>> = { k1: -0.016897788, k2: 0.036643302, k3: 0.04122187 }

/** The same from the formulas, in ratios of probabilities. */
const exact: Readonly<Record<KlEstimator, (policy: number, reference: number) => number>> = {
  k1: (policy, reference) => Math.log(policy / reference),
  k2: (policy, reference) => Math.log(policy / reference) ** 2 / 2,
  k3: (policy, reference) => reference / policy - Math.log(reference / policy) - 1,
}

const estimators: readonly KlEstimator[] = ['k1', 'k2', 'k3']
const logprob = fc.double({ min: -8, max: 0, noNaN: true })
const klOf = (estimator: KlEstimator, policy: number, reference: number): number =>
  klTerm(estimator, policy, reference).value

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} within ${tolerance}`)
}

for (const estimator of estimators) {
  test(`${estimator} of the fixture tokens is what verl computes`, () => {
    const values = tokens.map(([policy, reference]) => klOf(estimator, Math.log(policy), Math.log(reference)))
    values.forEach((value, i) => {
      const [policy, reference] = tokens[i] as readonly [number, number]
      near(value, measured[estimator][i] as number, 1e-6)
      near(value, exact[estimator](policy, reference), 1e-12)
    })
    const live = values.slice(0, 5)
    near(live.reduce((sum, value) => sum + value, 0) / 5, measuredMeans[estimator], 1e-7)
  })

  test(`${estimator}: the slope is the central difference of the value`, () => {
    fc.assert(
      fc.property(logprob, logprob, (policy, reference) => {
        const step = 1e-6
        const difference =
          (klOf(estimator, policy + step, reference) - klOf(estimator, policy - step, reference)) / (2 * step)
        const { slope } = klTerm(estimator, policy, reference)
        near(slope, difference, 1e-6 * (1 + Math.abs(slope)))
      }),
    )
  })
}

test('the slope of k3 on the fixture is 1 - reference / policy', () => {
  const slopes = [0.153846154, -0.111111111, 0.166666667, -0.666666667, 0.166666667, 0.888888889]
  tokens.forEach(([policy, reference], i) => {
    const { slope } = klTerm('k3', Math.log(policy), Math.log(reference))
    near(slope, slopes[i] as number, 1e-9)
    near(slope, 1 - reference / policy, 1e-12)
  })
})

test('the sign is right: a policy that likes the token more than the reference does has a positive k1', () => {
  assert.ok(klOf('k1', Math.log(0.9), Math.log(0.1)) > 0)
  for (const estimator of ['k2', 'k3'] as const) {
    assert.ok(klTerm(estimator, Math.log(0.9), Math.log(0.1)).slope > 0, 'minimising pulls the log-prob down again')
    assert.ok(klTerm(estimator, Math.log(0.1), Math.log(0.9)).slope < 0, 'and up where it fell below')
  }
})

test('k2 and k3 are never negative and 0 where policy and reference agree', () => {
  fc.assert(
    fc.property(logprob, logprob, (policy, reference) => {
      assert.ok(klOf('k2', policy, reference) >= 0)
      assert.ok(klOf('k3', policy, reference) >= 0)
      for (const estimator of estimators) assert.ok(Math.abs(klOf(estimator, policy, policy)) === 0)
    }),
  )
})

test('in expectation over the policy k1 and k3 are the KL divergence, and so is the pull of k2', () => {
  const policy = [0.5, 0.3, 0.2]
  const reference = [0.2, 0.2, 0.6]
  const expectation = (of: (p: number, q: number) => number): number =>
    policy.reduce((sum, p, i) => sum + p * of(p, reference[i] as number), 0)
  const divergence = expectation((p, q) => Math.log(p / q))
  near(
    expectation((p, q) => klOf('k1', Math.log(p), Math.log(q))),
    divergence,
    1e-12,
  )
  near(
    expectation((p, q) => klOf('k3', Math.log(p), Math.log(q))),
    divergence,
    1e-12,
  )
  // d KL / d logit_0 of a softmax is p_0 (log(p_0/q_0) - KL); that of the k2 term is E[slope (1[i=0] - p_0)].
  const exactPull = 0.5 * (Math.log(0.5 / 0.2) - divergence)
  const pull = policy.reduce((sum, p, i) => {
    const { slope } = klTerm('k2', Math.log(p), Math.log(reference[i] as number))
    return sum + p * slope * ((i === 0 ? 1 : 0) - 0.5)
  }, 0)
  near(pull, exactPull, 1e-12)
})

test('k3 stays finite far from the reference and still pulls back', () => {
  const { value, slope } = klTerm('k3', -5000, -1)
  assert.ok(Number.isFinite(value))
  assert.equal(slope, -Math.expm1(20))
  // Beyond d = 20 it follows the tangent: 10 nats further it is 10 slopes higher.
  near(klOf('k3', -31, -1), klOf('k3', -21, -1) + 10 * Math.expm1(20), 1e-3)
})
