import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { detectCollapse } from './collapse.ts'
import { segmentsOf } from './segments.ts'

test('the published defect shows: a pool of two, and index 0 once it has run out', () => {
  const sequences = Array.from({ length: 100 }, (_, i) => (i % 3 === 0 ? [1, 0, 0, 0] : [0, 1, 0, 0]))
  const collapse = detectCollapse(sequences)
  assert.equal(collapse.distinctSequences, 2)
  assert.equal(collapse.repeats, 100)
  assert.ok(collapse.firstPickEntropy < Math.LN2)
  assert.deepEqual(collapse.warnings, ['few-sequences', 'one-favourite', 'repeats'])
})

test('a selector that picks by the question gets no warning', () => {
  const collapse = detectCollapse(Array.from({ length: 100 }, (_, i) => [i, i + 1]))
  assert.equal(collapse.distinctSequences, 100)
  assert.ok(Math.abs(collapse.firstPickEntropy - Math.log(100)) < 1e-12)
  assert.equal(collapse.topFirstPickRate, 0.01)
  assert.deepEqual(collapse.warnings, [])
})

test('one favourite in the first place warns although the sequences differ', () => {
  assert.deepEqual(detectCollapse(Array.from({ length: 50 }, (_, i) => [7, i + 10])).warnings, ['one-favourite'])
})

test('prefixes are nested and segments cover every question once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), fc.array(fc.integer({ min: 1, max: 1500 })), (total, sizes) => {
      const segments = segmentsOf(total, sizes)
      const prefixes = segments.filter(({ kind }) => kind === 'prefix')
      assert.deepEqual(prefixes.at(-1), { kind: 'prefix', from: 0, to: total })
      assert.ok(prefixes.every(({ from }) => from === 0))
      const disjoint = segments.filter(({ kind }) => kind === 'segment')
      assert.equal(disjoint.length > 0, prefixes.length > 1)
      if (disjoint.length === 0) return
      assert.equal(disjoint[0]?.from, 0)
      for (const [i, segment] of disjoint.entries()) assert.equal(segment.to, disjoint[i + 1]?.from ?? total)
    }),
  )
})

test('1,000 questions give the customary prefixes and the segments between them', () => {
  const shown = segmentsOf(1000).map(({ kind, from, to }) => `${kind} ${from + 1}-${to}`)
  assert.deepEqual(shown, [
    'prefix 1-100',
    'prefix 1-200',
    'prefix 1-400',
    'prefix 1-800',
    'prefix 1-1000',
    'segment 1-100',
    'segment 101-200',
    'segment 201-400',
    'segment 401-800',
    'segment 801-1000',
  ])
})
