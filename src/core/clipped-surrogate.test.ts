import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ClipOptions, clippedSurrogate } from './clipped-surrogate.ts'

const plain: ClipOptions = { clipLow: 0.2, clipHigh: 0.28, twoSidedDelta: null, dualClip: null }

/** [ratio, advantage, value, slope] */
function holds(options: ClipOptions, cases: readonly (readonly [number, number, number, number])[]): void {
  for (const [ratio, advantage, value, slope] of cases) {
    const term = clippedSurrogate(options, ratio, advantage)
    const where = `ratio ${ratio}, advantage ${advantage}`
    assert.ok(Math.abs(term.value - value) < 1e-12, `${where}: ${term.value} is not ${value}`)
    assert.ok(Math.abs(term.slope - slope) < 1e-12, `${where}: slope ${term.slope} is not ${slope}`)
  }
}

test('a good token is held at the upper edge only, a bad one at the lower edge only', () => {
  holds(plain, [
    [0.5, 2, -1, -2],
    [1, 2, -2, -2],
    [1.2, 2, -2.4, -2],
    [1.5, 2, -2.56, 0],
    [0.5, -2, 1.6, 0],
    [1, -2, 2, 2],
    [1.5, -2, 3, 2],
    [9, -2, 18, 2],
  ])
})

test('two-sided: the ratio of a bad token is capped at delta', () => {
  holds({ ...plain, twoSidedDelta: 4 }, [
    [3, -1, 3, 1],
    [9, -1, 4, 0],
    [9, 1, -1.28, 0],
  ])
})

test('dual clip: the loss of a bad token stops at c times its size', () => {
  holds({ ...plain, dualClip: 3 }, [
    [2, -2, 4, 2],
    [5, -2, 6, 0],
    [5, 2, -2.56, 0],
  ])
})

test('clipping is counted on the side that holds the policy', () => {
  const sides = (ratio: number, advantage: number): [boolean, boolean] => {
    const { isLowClipped, isHighClipped } = clippedSurrogate(plain, ratio, advantage)
    return [isLowClipped, isHighClipped]
  }
  assert.deepEqual(sides(0.5, -1), [true, false])
  assert.deepEqual(sides(0.5, 1), [false, false])
  assert.deepEqual(sides(1.5, 1), [false, true])
  assert.deepEqual(sides(1.5, -1), [false, false])
  assert.deepEqual(sides(1.5, 0), [false, false])
})
