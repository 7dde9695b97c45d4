import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { accuracyOfMatches, vqaAccuracy } from './vqa-accuracy.ts'

test('of ten annotators 0, 1, 2, 3 and 4 or more matches score 0, 0.3, 0.6, 0.9 and 1', () => {
  const scores = Array.from({ length: 11 }, (_, matches) => accuracyOfMatches(matches, 10))
  const expected = [0, 0.3, 0.6, 0.9, 1, 1, 1, 1, 1, 1, 1]
  scores.forEach((score, matches) => {
    assert.ok(Math.abs(score - (expected[matches] as number)) < 1e-12, `${matches}: ${score}`)
  })
})

test('the closed form is the mean over annotators who are left out one at a time', () => {
  const answer = fc.constantFrom('red', 'blue', 'dark blue', 'a')
  fc.assert(
    fc.property(answer, fc.array(answer, { minLength: 4, maxLength: 12 }), (prediction, answers) => {
      const leftOut = answers.map((_, i) => answers.filter((other, j) => j !== i && other === prediction).length)
      const mean = leftOut.reduce((sum, matches) => sum + Math.min(1, matches / 3), 0) / answers.length
      assert.ok(Math.abs(vqaAccuracy(prediction, answers, 'exact') - mean) < 1e-12)
    }),
  )
})

test('one reference alone is right or wrong, as in plain question answering', () => {
  assert.equal(vqaAccuracy('Paris.', ['paris'], 'always'), 1)
  assert.equal(vqaAccuracy('Rome', ['paris'], 'always'), 0)
})

test('a question without answers, and more matches than annotators, are refused', () => {
  assert.throws(() => vqaAccuracy('red', [], 'always'), RangeError)
  assert.throws(() => accuracyOfMatches(11, 10), RangeError)
  assert.throws(() => accuracyOfMatches(0.5, 10), RangeError)
})

test('where all annotators agree the official profile compares as written, the others do not', () => {
  const answers = Array.from({ length: 10 }, () => 'the dog')
  assert.equal(vqaAccuracy('dog', answers, 'official'), 0)
  assert.equal(vqaAccuracy('The dog', answers, 'official'), 0)
  assert.equal(vqaAccuracy('dog', answers, 'always'), 1)
  assert.equal(vqaAccuracy('dog', [...answers.slice(1), 'cat'], 'official'), 1)
})

test('stemming finds the plural and the gerund that the other profiles miss', () => {
  const answers = [...Array.from({ length: 6 }, () => 'surf'), ...Array.from({ length: 4 }, () => 'palm tree')]
  assert.equal(vqaAccuracy('Surfing', answers, 'always'), 0)
  assert.equal(vqaAccuracy('Surfing', answers, 'okvqa-stemmed'), 1)
  assert.equal(vqaAccuracy('palm trees', answers, 'okvqa-stemmed'), 1)
})
