import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agreementOf, type Confusion, cohenKappa, groupEffect, roganGladen } from './agreement.ts'
import { randomFor } from './random.ts'

const near = (a: number | undefined, b: number, tolerance = 1e-9): void =>
  assert.ok(Math.abs((a ?? Number.NaN) - b) < tolerance, `${a} is not ${b}`)

const confusion = (trueTrue: number, trueFalse: number, falseTrue: number, falseFalse: number): Confusion => ({
  trueTrue,
  trueFalse,
  falseTrue,
  falseFalse,
})

test("Cohen's kappa of worked examples", () => {
  // (.7 - .5) / (1 - .5), the usual textbook table of 50 grant proposals.
  near(cohenKappa(confusion(20, 5, 10, 15))?.value, 0.4)
  // Agreement .6 in both, by other margins: .1304 and .2593.
  near(cohenKappa(confusion(45, 15, 25, 15))?.value, 0.13043478, 1e-8)
  near(cohenKappa(confusion(25, 35, 5, 35))?.value, 0.25925926, 1e-8)
  near(cohenKappa(confusion(30, 0, 0, 20))?.value, 1)
  near(cohenKappa(confusion(0, 25, 25, 0))?.value, -1)
})

test('a judge that says one thing, and no pairs at all, have no kappa', () => {
  assert.equal(cohenKappa(confusion(0, 0, 0, 0)), null)
  assert.equal(cohenKappa(confusion(39, 0, 0, 0)), null)
  near(cohenKappa(confusion(20, 0, 19, 0))?.value, 0)
})

test("kappa's interval is that of the delta method, worked out by finite differences", () => {
  for (const table of [confusion(20, 5, 10, 15), confusion(45, 15, 25, 15), confusion(90, 3, 8, 70)]) {
    const counts = Object.values(table) as number[]
    const n = counts.reduce((a, b) => a + b, 0)
    const shares = counts.map((count) => count / n)
    const kappaAt = (p: readonly number[]): number =>
      cohenKappa(confusion(p[0]!, p[1]!, p[2]!, p[3]!))?.value ?? Number.NaN
    const step = 1e-6
    const gradient = shares.map((_, i) => {
      const moved = (by: number) => shares.map((share, j) => (i === j ? share + by : share))
      return (kappaAt(moved(step)) - kappaAt(moved(-step))) / (2 * step)
    })
    const mean = gradient.reduce((sum, g, i) => sum + g * shares[i]!, 0)
    const variance = gradient.reduce((sum, g, i) => sum + shares[i]! * (g - mean) ** 2, 0) / n
    const found = cohenKappa(table)!
    near((found.high - found.low) / 2, 1.959964 * Math.sqrt(variance), 1e-5)
  }
})

test('error rates are over their own labels, pairs without a verdict are left out', () => {
  const pair = (label: boolean, verdict: boolean | null, cluster: string) => ({ label, verdict, cluster })
  const found = agreementOf([
    pair(true, true, 'a'),
    pair(true, false, 'a'),
    pair(true, null, 'b'),
    pair(false, false, 'c'),
    pair(false, false, 'd'),
    pair(false, true, 'd'),
    pair(false, false, 'e'),
  ])
  near(found.accuracy.value, 4 / 6)
  near(found.falseTrueRate.value, 1 / 4)
  near(found.falseFalseRate.value, 1 / 2)
  assert.deepEqual([found.falseTrueRate.n, found.falseTrueRate.trials, found.unscorable], [3, 4, 1])
  const nothing = agreementOf([])
  assert.deepEqual([nothing.accuracy.n, nothing.accuracy.low, nothing.accuracy.high], [0, 0, 1])
})

test('Rogan and Gladen correct a measured accuracy, and say nothing for a judge like a coin', () => {
  const given = (measured: number, falseTrue: number, falseFalse: number, trials = 1000) => ({
    measured: { value: measured, trials },
    falseTrueRate: { value: falseTrue, trials },
    falseFalseRate: { value: falseFalse, trials },
  })
  // (.25 - .05) / (1 - .05 - .10)
  near(roganGladen(given(0.25, 0.05, 0.1))?.value, 0.2 / 0.85)
  near(roganGladen(given(0.7, 0, 0))?.value, 0.7)
  assert.equal(roganGladen(given(0.02, 0.05, 0.1))?.value, 0)
  assert.equal(roganGladen(given(0.5, 0.5, 0.5)), null)
})

test('the corrected interval covers the true accuracy about 95 times in 100', () => {
  const rng = randomFor('rogan-gladen')
  const draw = (rate: number, n: number): { value: number; trials: number } => {
    let hits = 0
    for (let i = 0; i < n; i++) hits += rng.next() < rate ? 1 : 0
    return { value: hits / n, trials: n }
  }
  const [accuracy, falseTrue, falseFalse] = [0.4, 0.1, 0.15]
  let covered = 0
  for (let round = 0; round < 2000; round++) {
    const found = roganGladen({
      measured: draw(accuracy * (1 - falseFalse) + (1 - accuracy) * falseTrue, 400),
      falseTrueRate: draw(falseTrue, 150),
      falseFalseRate: draw(falseFalse, 150),
    })!
    if (found.low <= accuracy && accuracy <= found.high) covered += 1
  }
  assert.ok(covered > 0.93 * 2000 && covered < 0.97 * 2000, `${covered} of 2000`)
})

test('errors take from the gap of a group, and make signal where there is none', () => {
  const { gapLeft, falseSignal, falseBlame } = groupEffect(0.05, 0.1, 8)
  near(gapLeft, 0.85)
  near(falseSignal, 1 - 0.95 ** 8)
  near(falseBlame, 1 - 0.9 ** 8)
  assert.deepEqual(groupEffect(0, 0, 8), { gapLeft: 1, falseSignal: 0, falseBlame: 0 })
})
