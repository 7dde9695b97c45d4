import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { minimumDetectableDifference, problemsNeeded } from './power.ts'
import { randomFor } from './random.ts'

test('ten points at three disagreements in ten need 234 problems', () => {
  // ((1.959964 * sqrt(0.3) + 0.841621 * sqrt(0.29)) / 0.1)^2 = 233.1
  assert.equal(problemsNeeded(0.1, { discordance: 0.3 }), 234)
  assert.equal(problemsNeeded(-0.1, { discordance: 0.3 }), 234)
})

test('the detectable difference and the problems needed are inverse to each other', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 60, max: 5000 }),
      fc.double({ min: 0.15, max: 0.9, noNaN: true }),
      (problems, discordance) => {
        const difference = minimumDetectableDifference(problems, { discordance })
        assert.ok(difference > 0 && difference <= discordance)
        const needed = problemsNeeded(difference, { discordance })
        assert.ok(needed === problems || needed === problems + 1, `${needed} for ${problems}`)
      },
    ),
    { seed: 7 },
  )
})

test('too few problems show nothing', () => {
  assert.equal(minimumDetectableDifference(5, { discordance: 0.2 }), Number.POSITIVE_INFINITY)
  assert.equal(minimumDetectableDifference(0, { discordance: 0.2 }), Number.POSITIVE_INFINITY)
})

test('a difference larger than the disagreement is refused', () => {
  assert.throws(() => problemsNeeded(0.4, { discordance: 0.3 }), RangeError)
  assert.throws(() => problemsNeeded(0, { discordance: 0.3 }), RangeError)
})

test('with the problems needed, McNemar’s normal test finds the difference in about 8 of 10 runs', () => {
  const rng = randomFor(3, 'power')
  const n = problemsNeeded(0.1, { discordance: 0.3 })
  let found = 0
  for (let run = 0; run < 1000; run++) {
    let [onlyA, onlyB] = [0, 0]
    for (let i = 0; i < n; i++) {
      const drawn = rng.next()
      if (drawn < 0.2) onlyA += 1
      else if (drawn < 0.3) onlyB += 1
    }
    if (Math.abs(onlyA - onlyB) / Math.sqrt(onlyA + onlyB) > 1.959964) found += 1
  }
  assert.ok(found > 755 && found < 845, `${found} of 1000`)
})
