import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { randomFor } from './random.ts'
import { forecastSignal, type PilotOutcome } from './signal-forecast.ts'

const repeated = (passes: number, trials: number, problems = 32): PilotOutcome[] =>
  Array.from({ length: problems }, () => ({ passes, trials }))

test('problems solved half of the time nearly always carry signal', () => {
  const { share, low, high } = forecastSignal(repeated(4, 8), 8)
  assert.ok(share > 0.95 && low > 0.85 && high <= 1)
})

test('problems that are never solved are forecast to carry little, but not nothing', () => {
  const { share, low } = forecastSignal(repeated(0, 8), 8)
  assert.ok(share > 0 && share < 0.05, String(share))
  assert.ok(low >= 0)
})

test('problems that are either always or never solved carry little signal, though half of all attempts pass', () => {
  const { share } = forecastSignal([...repeated(8, 8, 16), ...repeated(0, 8, 16)], 8)
  assert.ok(share < 0.1, String(share))
})

test('nothing tried is nothing known', () => {
  for (const outcomes of [[], repeated(0, 0)]) {
    const { share, low, high } = forecastSignal(outcomes, 8)
    assert.ok(share > 0.2 && share < 0.9)
    assert.deepEqual([low, high], [0, 1])
  }
})

test('a group of one never carries signal', () => {
  assert.ok(forecastSignal(repeated(1, 2), 1).share < 1e-9)
})

test('impossible counts are refused', () => {
  assert.throws(() => forecastSignal([{ passes: 3, trials: 2 }], 8), RangeError)
})

const outcome = fc
  .tuple(fc.nat({ max: 6 }), fc.nat({ max: 6 }))
  .map(([a, b]): PilotOutcome => ({ passes: Math.min(a, b), trials: Math.max(a, b) }))

test('the interval contains the share, larger groups carry more, and passes and failures count alike', () => {
  fc.assert(
    fc.property(
      fc.array(outcome, { minLength: 1, maxLength: 10 }),
      fc.integer({ min: 2, max: 8 }),
      (outcomes, size) => {
        const { share, low, high } = forecastSignal(outcomes, size)
        assert.ok(0 <= low && low <= share && share <= high && high <= 1)
        assert.ok(forecastSignal(outcomes, size + 1).share >= share - 1e-12)
        const mirrored = outcomes.map(({ passes, trials }) => ({ passes: trials - passes, trials }))
        assert.ok(Math.abs(forecastSignal(mirrored, size).share - share) < 1e-9)
      },
    ),
    { numRuns: 40, seed: 7 },
  )
})

test('in simulated runs the interval is held, and its lower end is hardly ever missed', () => {
  const rng = randomFor(5, 'forecast coverage')
  const passes = (chance: number, trials: number): number => {
    let count = 0
    for (let i = 0; i < trials; i++) if (rng.next() < chance) count += 1
    return count
  }
  const chances = [() => rng.next(), () => rng.next() ** 4, () => (rng.next() < 0.5 ? 0.02 : 0.9), () => 0.3]
  const runs = 120
  let [held, missedLow] = [0, 0]
  for (let run = 0; run < runs; run++) {
    const problems = Array.from({ length: 32 }, chances[run % chances.length] as () => number)
    const outcomes = problems.map((chance) => ({ passes: passes(chance, 2), trials: 2 }))
    const { low, high } = forecastSignal(outcomes, 8)
    const mixed = problems.map((chance) => passes(chance, 8)).filter((count) => count > 0 && count < 8).length / 32
    if (mixed < low) missedLow += 1
    if (low <= mixed && mixed <= high) held += 1
  }
  assert.ok(held >= 0.9 * runs, `${held} of ${runs}`)
  assert.ok(missedLow <= 0.05 * runs, `${missedLow} of ${runs} below`)
})

test('the luck of few problems widens the interval, also where their pass rates are well known', () => {
  const known = [20, 40, 60, 80, 100, 120, 140, 160].map((passes) => ({ passes, trials: 2000 }))
  const few = forecastSignal(known, 8)
  const many = forecastSignal(Array.from({ length: 16 }, () => known).flat(), 8)
  assert.ok(Math.abs(few.share - many.share) < 0.02)
  assert.ok(few.high - few.low > 0.4 && many.high - many.low < 0.2, `${few.high - few.low}, ${many.high - many.low}`)
})

test('a forecast near 0 reaches down to 0 and up by half a problem at least', () => {
  const { share, low, high } = forecastSignal(repeated(0, 4000), 2)
  assert.equal(low, 0)
  assert.ok(high >= share + 0.5 / 32)
})
