import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CostAndValue, paretoLayers, paretoSet, thinned } from './pareto.ts'

const points = fc.array(fc.record({ cost: fc.nat(9), value: fc.nat(9) }), { maxLength: 30 })
const beats = (a: CostAndValue, b: CostAndValue): boolean =>
  a.cost <= b.cost && a.value >= b.value && (a.cost < b.cost || a.value > b.value)

test('the Pareto set holds exactly the points that nothing beats, each once', () => {
  fc.assert(
    fc.property(points, (given) => {
      const set = paretoSet(given)
      for (const point of given) {
        const isBeaten = given.some((other) => beats(other, point))
        const isIn = set.some(({ cost, value }) => cost === point.cost && value === point.value)
        assert.equal(isIn, !isBeaten)
      }
      for (const [i, { cost, value }] of set.entries()) {
        const before = set[i - 1]
        if (before !== undefined) assert.ok(before.cost < cost && before.value < value)
      }
    }),
  )
})

test('of equal points the first given stays', () => {
  const first = { cost: 1, value: 2 }
  assert.equal(paretoSet([first, { cost: 1, value: 2 }])[0], first)
})

test('layers hold every point once, and each layer is beaten or equalled by the one before', () => {
  fc.assert(
    fc.property(points, (given) => {
      const layers = paretoLayers(given)
      assert.deepEqual(new Set(layers.flat()), new Set(given))
      assert.equal(layers.flat().length, given.length)
      for (const [i, layer] of layers.entries()) {
        for (const point of layer)
          assert.ok(i === 0 || layers[i - 1]?.some((other) => other.cost <= point.cost && other.value >= point.value))
      }
    }),
  )
})

test('a thinned set keeps its ends and loses what adds the least', () => {
  const set = [0, 5, 6, 7, 20].map((value, cost) => ({ cost, value }))
  assert.deepEqual(
    thinned(set, 3).map(({ value }) => value),
    [0, 5, 20],
  )
  assert.deepEqual(thinned(set, 9), set)
  assert.deepEqual(thinned([], 3), [])
  assert.deepEqual(
    thinned(set, 1).map(({ value }) => value),
    [0, 20],
  )
})
