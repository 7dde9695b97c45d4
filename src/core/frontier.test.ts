import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { aboveHull, type FrontierGroup, hullValue, type ProblemCosts, sumOfHulls, upperHull } from './frontier.ts'
import type { CostAndValue } from './pareto.ts'
import { type Rng, randomFor } from './random.ts'

const point = fc.record({ cost: fc.integer({ min: 1, max: 12 }), value: fc.integer({ min: 0, max: 20 }) })
const points = fc.array(point, { minLength: 1, maxLength: 8 })

/** By its definition: the best of all mixtures of two points with at most that mean cost. */
function bestMixture(given: readonly CostAndValue[], cost: number): number {
  const cheapest = Math.min(...given.map((each) => each.cost))
  const limit = Math.max(cost, cheapest)
  let best = 0
  for (const a of given)
    for (const b of given)
      for (const share of [0, 1, (limit - b.cost) / (a.cost - b.cost)])
        if (share >= 0 && share <= 1 && share * a.cost + (1 - share) * b.cost <= limit + 1e-9)
          best = Math.max(best, share * a.value + (1 - share) * b.value)
  return best
}

test('the hull is the best that mixtures of two points reach, at every cost', () => {
  fc.assert(
    fc.property(points, fc.double({ min: 0, max: 14, noNaN: true }), (given, cost) => {
      const hull = upperHull(given)
      assert.ok(Math.abs(hullValue(hull, cost) - bestMixture(given, cost)) < 1e-9)
    }),
  )
})

test('the sum of hulls is the hull of all sums of one point of each group', () => {
  fc.assert(
    fc.property(points, points, points, fc.double({ min: 0, max: 40, noNaN: true }), (a, b, c, cost) => {
      const sums = a.flatMap((one) =>
        b.flatMap((two) =>
          c.map((three) => ({ cost: one.cost + two.cost + three.cost, value: one.value + two.value + three.value })),
        ),
      )
      const summed = sumOfHulls([a, b, c].map(upperHull))
      assert.ok(Math.abs(hullValue(summed, cost) - hullValue(upperHull(sums), cost)) < 1e-9)
    }),
    { numRuns: 60 },
  )
})

/** One option or policy on problems of which it solves a share. */
function drawn(rng: Rng, lucks: readonly number[], cost: number, rate: number): ProblemCosts {
  return { costs: lucks.map(() => cost), values: lucks.map((luck) => (luck * 0.5 + rng.next() * 0.5 < rate ? 1 : 0)) }
}

function world(seed: number, gain: number): FrontierGroup[] {
  const rng = randomFor('world', seed)
  return [0, 1].map(() => {
    const lucks = Array.from({ length: 60 }, () => rng.next())
    const options = [drawn(rng, lucks, 1, 0.5), drawn(rng, lucks, 4, 0.8)]
    return { options, own: drawn(rng, lucks, 2.5, 0.65 + gain) }
  })
}

test('the policy is held against the hull at its own mean cost', () => {
  const problems = { costs: [2, 2, 2, 2], values: [1, 1, 1, 0] }
  const options = [
    { costs: [1, 1, 1, 1], values: [1, 0, 0, 0] },
    { costs: [3, 3, 3, 3], values: [1, 1, 1, 0] },
  ]
  const above = aboveHull([{ own: problems, options }], randomFor('bootstrap'))
  assert.ok(above)
  assert.deepEqual([above.cost, above.value, above.hullValue, above.difference, above.n], [2, 0.75, 0.5, 0.25, 4])
  assert.ok(above.low <= 0.25 && above.high >= 0.25)
  assert.deepEqual(above.hull, [
    { cost: 1, value: 0.25 },
    { cost: 3, value: 0.75 },
  ])
  assert.equal(aboveHull([], randomFor('bootstrap')), null)
})

test('the interval claims too much in at most 1 of 40 worlds, and holds the true difference in 9 of 10', () => {
  for (const gain of [0, 0.15]) {
    // (luck + draw) / 2 < rate has this probability; the hull at 2.5 calls is the mean of the two options.
    const share = (rate: number): number => (rate < 0.5 ? 2 * rate * rate : 1 - 2 * (1 - rate) ** 2)
    const truth = share(0.65 + gain) - (share(0.5) + share(0.8)) / 2
    const worlds = 120
    let held = 0
    let tooHigh = 0
    for (let seed = 0; seed < worlds; seed++) {
      const above = aboveHull(world(seed, gain), randomFor('bootstrap', seed), 200)
      assert.ok(above)
      if (above.low > truth) tooHigh += 1
      else if (above.high >= truth) held += 1
    }
    assert.ok(tooHigh <= 0.025 * worlds, `${tooHigh} of ${worlds} at a gain of ${gain}`)
    assert.ok(held >= 0.88 * worlds, `${held} of ${worlds} at a gain of ${gain}`)
  }
})

test('the same draws give the same interval', () => {
  assert.deepEqual(aboveHull(world(1, 0), randomFor(1), 100), aboveHull(world(1, 0), randomFor(1), 100))
})
