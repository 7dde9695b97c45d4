import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choiceLetter, choiceMatch, compareQa, normaliseAnswer, qaMatch } from './qa-match.ts'

test('case, punctuation, articles and white space make no difference', () => {
  assert.equal(normaliseAnswer('The  Green-Room, a.k.a. "An" Atrium'), 'greenroom aka atrium')
  for (const said of ['the Green Room', 'green room.', 'The answer is the green room.', '**Green room**'])
    assert.ok(qaMatch(said, 'the green room'), said)
})

test('other scripts and accents count', () => {
  assert.ok(qaMatch('beschränkter Haftung', 'Beschränkter Haftung'))
  assert.ok(!qaMatch('beschrankter Haftung', 'Beschränkter Haftung'))
  assert.ok(qaMatch('北京', '北京'))
})

test('any alternative of the reference will do, but the prediction gives one', () => {
  assert.ok(qaMatch('Anna', 'Ann|Anna'))
  assert.ok(!qaMatch('Ann|Anna', 'Ann'))
  assert.ok(!qaMatch('Ann or Anna', 'Ann'))
  assert.ok(!qaMatch('Ann, Bob, Carl', 'Bob'))
})

test('dates match however they are written', () => {
  assert.ok(qaMatch('November 27', '27 November'))
  assert.ok(qaMatch('27 November 2016', '27 November'))
  assert.ok(!qaMatch('26 November', '27 November'))
  assert.ok(!qaMatch('27 November', '27 November 2016'))
})

for (const attack of ['', ' ', '.', 'the', 'Solution:', `${'Ann '.repeat(9000)}`])
  test(`${JSON.stringify(attack.slice(0, 20))} matches nothing`, () => {
    assert.ok(!qaMatch(attack, 'Ann'))
    assert.ok(!qaMatch(attack, ''))
    assert.ok(!qaMatch(attack, 'the'))
  })

test('a letter is chosen once or not at all', () => {
  for (const [said, letter] of [
    ['B', 'B'],
    ['(b)', 'B'],
    ['B. Paris', 'B'],
    ['The answer is B.', 'B'],
    ['The answer is (C), the bank.', 'C'],
    ['\\boxed{\\text{D}}', 'D'],
    ['A', 'A'],
    ['A) A park', 'A'],
  ] as const)
    assert.equal(choiceLetter(said), letter, said)
  for (const said of ['A, B, C, D', 'B or C', 'ABCD', 'A park', 'I do not know', ''])
    assert.equal(choiceLetter(said), null, said)
  assert.ok(!choiceMatch('', ''))
})

test('yes and no, numbers, dates and silence are decided without a judge; words are not', () => {
  const decided = (prediction: string, reference: string) => {
    const { isEqual, isDecisive } = compareQa(prediction, reference)
    return isDecisive ? isEqual : null
  }
  assert.equal(decided('No.', 'yes'), false)
  assert.equal(decided('The answer is yes', 'yes'), true)
  assert.equal(decided('28 August', '18 August'), false)
  assert.equal(decided('539 metres', '539'), null)
  assert.equal(decided('1,905', '1905'), true)
  assert.equal(decided('540 metres', '539'), false)
  assert.equal(decided('13', '88|33'), false)
  assert.equal(decided('33.0', '88|33'), true)
  assert.equal(decided('', 'Ann'), false)
  assert.equal(decided('two', '2'), true)
  assert.equal(decided('the wife of Bob', 'Ann'), null)
  assert.equal(decided('No, they were not', 'no'), null)
})
