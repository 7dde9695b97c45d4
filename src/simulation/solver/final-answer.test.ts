import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answerKey, isSameAnswer, statedAnswer } from './final-answer.ts'

describe('isSameAnswer', () => {
  const same: readonly (readonly [reference: string, response: string])[] = [
    ['42', '42'],
    ['42', 'The answer is 42.'],
    ['42', 'First 6 * 7 = 42.\nSo she pays 42 dollars.'],
    ['42', '$42.00'],
    ['42', 'It is **42**.'],
    ['1080', '1,080'],
    ['0.5', '\\boxed{\\frac{1}{2}}'],
    ['18 dollars', '18'],
    ['12.5', '<thought>25 / 2</thought><answer>12.5</answer>'],
    ['4', 'four'],
    ['3.33', '10 / 3 = 3.3333'],
    ['-3', 'The result is -3'],
    ['yes', 'Yes, both were born there.'],
    ['no', 'The answer is no.'],
    ['the Garlow tunnel', 'Garlow tunnel'],
    ['the blue room', 'The workshop meets in the blue room.'],
    ['Ada Lovelace', 'It was Ada Lovelace, who wrote it.'],
    ['Friday', 'That is a Friday.'],
    ['16:05', 'The trip ends at 16:05.'],
    ['12 May', 'May 12'],
    ['12 May', 'the 12th of May'],
    ['3 March 2025', 'March 3, 2025'],
    ['red, green and blue', 'blue, red, green'],
    ['Tarnow|Tarnów', 'Tarnow'],
    ['def f(x):\n    return x', '```python\ndef f(x):\n    return x  # same\n```'],
  ]
  for (const [reference, response] of same) {
    it(`takes "${response.replaceAll('\n', ' / ')}" for ${reference.replaceAll('\n', ' / ')}`, () => {
      assert.equal(isSameAnswer(reference, response), true)
    })
  }

  const different: readonly (readonly [reference: string, response: string])[] = [
    ['42', '43'],
    ['42', 'She has 42 at first. The answer is 17.'],
    ['42', ''],
    ['42', 'def solve():\n    return 42'],
    ['12.5', '12'],
    ['4578.4', '4578.41'],
    ['12.5', '12.54'],
    ['yes', 'no'],
    ['no', 'Yes, they were not far apart.'],
    ['Ada', 'Ben'],
    ['Ada', 'It is not Ada.'],
    ['Ada', 'Ada or Ben'],
    ['Ann', 'Annika'],
    ['Friday', 'Thursday'],
    ['16:05', '16:50'],
    ['12 May', '13 May'],
    ['3 March 2025', '3 March 2024'],
    ['red, green and blue', 'red and green'],
    ['def f(x):\n    return x', 'def f(x):\n    return x + 1'],
  ]
  for (const [reference, response] of different) {
    it(`does not take "${response.replaceAll('\n', ' / ')}" for ${reference.replaceAll('\n', ' / ')}`, () => {
      assert.equal(isSameAnswer(reference, response), false)
    })
  }
})

describe('finalAnswer', () => {
  it('takes the last thing said', () => {
    assert.equal(statedAnswer('The answer is 3.\nNo, wait.\nThe answer is 4.5.'), '4.5')
    assert.equal(statedAnswer('Answer: J. Smith'), 'J. Smith')
    assert.equal(statedAnswer('We count them. There are seven.'), 'There are seven')
  })
})

describe('answerKey', () => {
  it('is one for equal numbers, dates and texts, another for different ones', () => {
    assert.equal(answerKey('12'), answerKey('The answer is 12.00.'))
    assert.equal(answerKey('May 12'), answerKey('12 May'))
    assert.equal(answerKey('The blue room'), answerKey('Answer: blue room'))
    assert.notEqual(answerKey('12'), answerKey('13'))
  })
})
