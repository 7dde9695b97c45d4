import assert from 'node:assert/strict'
import { test } from 'node:test'
import { comparePaired } from './paired-comparison.ts'
import { randomFor } from './random.ts'

const clustersOf = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

test('a clear gain, none at all and their correction for being two', () => {
  const rng = randomFor('scores')
  const base = Array.from({ length: 400 }, () => (rng.next() < 0.4 ? 1 : 0))
  const better = base.map((score) => (score === 0 && rng.next() < 0.1 ? 0.6 : score))
  const clusters = clustersOf(400)
  const [gain, none] = comparePaired(
    [
      { name: '1', a: better, b: base, clusters },
      { name: '2', a: base, b: base, clusters },
    ],
    { key: ['test'], permutations: 999 },
  )
  assert.ok(gain !== undefined && none !== undefined)
  assert.ok(gain.low > 0 && gain.onlyB === 0 && gain.onlyA > 10)
  assert.ok(Math.abs(gain.mcNemar * 2 ** (gain.onlyA - 1) - 1) < 1e-9)
  assert.equal(gain.mcNemarHolm, 2 * gain.mcNemar)
  assert.equal(gain.signFlipHolm, 2 / 1000)
  assert.deepEqual([none.difference, none.needed, none.mcNemar, none.signFlip], [0, null, 1, 1])
  assert.ok(none.low < 0 && none.high > 0 && none.detectable > 0.005)
  assert.ok(gain.detectable > 2.8 * gain.standardError && (gain.needed ?? 0) < 400)
})

test('a and b exchanged give the same with its sign turned', () => {
  const rng = randomFor('exchange')
  const a = Array.from({ length: 200 }, () => [0, 0.6, 1][rng.integer(3)] as number)
  const b = Array.from({ length: 200 }, () => [0, 0.6, 1][rng.integer(3)] as number)
  const options = { key: ['test'], permutations: 300 }
  const clusters = clustersOf(200)
  const [forth] = comparePaired([{ name: 'x', a, b, clusters }], options)
  const [back] = comparePaired([{ name: 'x', a: b, b: a, clusters }], options)
  assert.ok(forth !== undefined && back !== undefined)
  assert.ok(Math.abs(forth.difference + back.difference) < 1e-12)
  assert.ok(Math.abs(forth.low + back.high) < 1e-12)
  assert.equal(forth.mcNemar, back.mcNemar)
  assert.equal(forth.signFlip, back.signFlip)
})

test('scores of other questions are no pairs', () => {
  assert.throws(() => comparePaired([{ name: 'x', a: [1], b: [1, 0], clusters: [0] }], { key: ['test'] }), RangeError)
})
