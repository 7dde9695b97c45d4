import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerOverlap } from './answer-overlap.ts'

test('exact match and F1 are those of the published scripts', () => {
  const { squad, drop } = answerOverlap('in the green Room', ['The Green-Room'])
  assert.deepEqual(squad.archive, { exactMatch: 0, f1: 0 })
  assert.deepEqual(drop.archive, { exactMatch: 0, f1: 0.8 })
  assert.deepEqual(answerOverlap('Mark Twain', ['Samuel Clemens', 'twain']).squad.archive, { exactMatch: 0, f1: 2 / 3 })
})

test('the archive form drops marks, the corrected one keeps them', () => {
  for (const [prediction, reference] of [
    ['35', '3.5'],
    ['5', '-5'],
    ['C', 'C++'],
  ] as const) {
    const { squad } = answerOverlap(prediction, [reference])
    assert.equal(squad.archive.exactMatch, 1, reference)
    assert.equal(squad.corrected.exactMatch, 0, reference)
  }
})

test('DROP asks for one of the numbers of the reference', () => {
  const f1 = (prediction: string, reference: string): number => answerOverlap(prediction, [reference]).drop.archive.f1
  assert.equal(f1('40 yards', '42 yards'), 0)
  assert.equal(f1('42 yards', '42 yards'), 1)
  assert.equal(f1('42.0', '42'), 1)
  assert.equal(f1('42', '42-yard field goal'), 0.4)
})

test('a number ends at any white space in the corrected form only', () => {
  const { drop } = answerOverlap('10\nRest of a passage', ['10'])
  assert.equal(drop.archive.f1, 0)
  assert.ok(drop.corrected.f1 > 0)
})
