import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearestName, spellingDistance } from './spelling.ts'

test('two neighbouring letters swapped are one slip, which a plain edit distance counts as two', () => {
  assert.equal(spellingDistance('stpes', 'steps'), 1)
  assert.equal(nearestName('stpes', ['seed', 'steps']), 'steps')
  assert.equal(spellingDistance('kitten', 'sitting'), 3)
})

test('a name of which more than a quarter is wrong is none of the candidates', () => {
  assert.equal(nearestName('groupSiez', ['groupSize', 'seed']), 'groupSize')
  assert.equal(nearestName('learning_rate', ['learningRate']), 'learningRate')
  assert.equal(nearestName('rate', ['steps']), null)
})
