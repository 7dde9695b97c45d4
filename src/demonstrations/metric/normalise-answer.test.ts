import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { restoreContraction } from './contractions.ts'
import { normaliseVqaAnswer } from './normalise-answer.ts'
import { stemAnswer } from './stem-answer.ts'

test('answers are normalised as the VQA evaluator does it', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['The Dog.', 'dog'],
    ['a\tbig\nhouse', 'big house'],
    ['two', '2'],
    ['none', '0'],
    ['Ten!', '10'],
    ['hang-ten', 'hang 10'],
    ['f-16', 'f 16'],
    // A mark that touches a space anywhere is deleted everywhere.
    ['red - white-blue', 'red whiteblue'],
    ['1,000', '1000'],
    ['1,000 a/b', '1000 ab'],
    ['3.5 m', '3.5 m'],
    ['U.S.A.', 'usa'],
    ['dont', "don't"],
    ["couldnt've", "couldn't've"],
    ["'ows'at", "'ow's'at"],
    ['im here', 'im here'],
    ['an', ''],
    ['constructor', 'constructor'],
  ]
  for (const [text, expected] of cases) assert.equal(normaliseVqaAnswer(text), expected, text)
})

test('the evaluator removes 32 periods and leaves the others', () => {
  assert.equal(normaliseVqaAnswer('.'.repeat(40)), '.'.repeat(8))
})

test('contractions are found with all apostrophes missing, or with one of several', () => {
  assert.equal(restoreContraction('wont'), "won't")
  assert.equal(restoreContraction("y'alld've"), "y'all'd've")
  assert.equal(restoreContraction("somebody'd"), 'somebodyd')
  assert.equal(restoreContraction('well'), 'well')
})

test('normalising twice changes nothing more in text of letters and digits', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9 ]{0,30}$/), (text) => {
      const once = normaliseVqaAnswer(text)
      assert.equal(normaliseVqaAnswer(once), once)
    }),
  )
})

test("stems are gerunds to WordNet's verbs and plurals to singulars", () => {
  const cases: readonly (readonly [string, string])[] = [
    ['riding', 'ride'],
    ['shopping', 'shop'],
    ['eating', 'eat'],
    ['judging', 'judge'],
    ['computing', 'compute'],
    ['decorating', 'decorate'],
    ['dressing', 'dress'],
    ['falling', 'fall'],
    ['preparing', 'prepare'],
    ['controlling', 'control'],
    ['bicycling', 'bicycle'],
    ['dining', 'dine'],
    ['skiing', 'ski'],
    ['apartment building', 'apartment build'],
    ['king', 'king'],
    ['boeing', 'boeing'],
    ['palm trees', 'palm tree'],
    ['cherries', 'cherry'],
    ['children', 'child'],
    ['boxes', 'box'],
    ['glass', 'glass'],
    ['bus', 'bus'],
    ["domino's", 'domino'],
    ['747s', '747s'],
  ]
  for (const [text, expected] of cases) assert.equal(stemAnswer(text), expected, text)
})
