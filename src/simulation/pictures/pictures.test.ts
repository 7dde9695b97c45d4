import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pictureFamilies } from './families.ts'
import { readQuestion } from './read-question.ts'
import { correctChance, helpOf, type Traits } from './rule.ts'
import { pluralOf, readNoun, topics } from './topics.ts'

const traits = (family: number, topic: number, form: Traits['form'] = 'number'): Traits => ({ family, topic, form })

test('every phrasing of every family is read as that family, with what it names', () => {
  for (const [family, { phrasings, name }] of pictureFamilies.entries()) {
    for (const phrasing of phrasings) {
      const text = phrasing.replace('{a}', 'red balls').replace('{b}', 'gears').replace('{c}', 'blue')
      const asked = readQuestion(`${text}, in this sunny beach with the salty pier and the sandy shore?`)
      assert.equal(asked?.family, family, `${name}: ${text}`)
      if (phrasing.includes('{a}')) assert.deepEqual(asked?.slots.a, { shape: 'circle', colour: 'red' })
      if (phrasing.includes('{b}')) assert.deepEqual(asked?.slots.b, { shape: 'circle', colour: null })
      if (phrasing.includes('{c}')) assert.equal(asked?.slots.colour, 'blue')
    }
  }
  assert.equal(readQuestion('why is the sky blue?'), null)
})

test('each noun names one shape of one topic, in singular and plural', () => {
  for (const [topic, { nouns }] of topics.entries()) {
    for (const [shape, noun] of Object.entries(nouns)) {
      assert.deepEqual(readNoun(noun), { topic, shape })
      assert.deepEqual(readNoun(pluralOf(noun)), { topic, shape })
    }
  }
})

test('the help of demonstrations is the documented sum', () => {
  const question = traits(0, 0)
  assert.ok(Math.abs(helpOf(question, [traits(0, 0)]) - 1.4) < 1e-12)
  assert.ok(Math.abs(helpOf(question, [traits(1, 2), traits(3, 0, 'word')]) - (0.6 * 0.4 + 0.1)) < 1e-12)
  const alike = helpOf(question, [traits(0, 4), traits(0, 4)])
  assert.ok(Math.abs(alike - (1.6 * 1.3 - 0.5)) < 1e-12)
  assert.equal(helpOf(question, [{ family: null, topic: null, form: null }]), 0)
})

test('with effect 0 demonstrations change nothing; with effect 1 fitting ones help on average', () => {
  const mean = (effect: number, shown: readonly Traits[]): number => {
    let right = 0
    for (let i = 0; i < 4000; i++) {
      const { isRight } = correctChance(`q${i}`, shown.map(String), { question: traits(0, 0), shown, effect })
      if (isRight) right += 1
    }
    return right / 4000
  }
  const none = mean(1, [])
  assert.equal(mean(0, [traits(0, 0)]), none)
  assert.ok(mean(0.5, [traits(0, 1)]) > none + 0.05)
  assert.ok(mean(1, [traits(0, 1)]) > mean(0.5, [traits(0, 1)]) + 0.05)
})
