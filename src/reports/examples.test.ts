import assert from 'node:assert/strict'
import { test } from 'node:test'
import { extremesOf } from './examples.ts'
import { rollout } from './testing/fake-run.ts'

const group = [10, -5, 10, 9].map((reward, index) =>
  rollout({ problemId: 'p', rollout: index, reward, text: index === 3 ? 'other' : 'same' }),
)

test('of one problem every rollout can be shown, equal programs too', () => {
  const { best, worst } = extremesOf(group, 8)
  assert.deepEqual(
    best.map(({ reward }) => reward),
    [10, 10, 9, -5],
  )
  assert.equal(worst[0]?.reward, -5)
  assert.equal(extremesOf(group, 2).best.length, 2)
})

test('of several problems no program and no problem is shown twice', () => {
  const { best } = extremesOf([...group, rollout({ problemId: 'q', reward: 3, text: 'third' })], 8)
  assert.deepEqual(
    best.map(({ rollout: { problemId } }) => problemId),
    ['p', 'q'],
  )
})
