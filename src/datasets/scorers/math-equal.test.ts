import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareMath, mathEqual } from './math-equal.ts'

const same: readonly (readonly [string, string])[] = [
  ['42', '42'],
  ['42.0', '42'],
  ['The answer is 42.', '42'],
  ['**42**', '42'],
  ['$1,234', '1234'],
  ['1,234.50 dollars', '1234.5'],
  ['She makes 9 * 2 = $18 every day.', '18'],
  ['So he spent 12 hours.\n#### 12', '12'],
  ['Long reasoning with 7 and 8.\n\nFinal answer: 15', '15'],
  ['<think>maybe 12 or 13</think>\n13', '13'],
  ['<thought>5 + 6</thought><answer>11</answer>', '11'],
  ['18 dollars on day 3', '18'],
  ['-5', '−5'],
  ['1/2', '0.5'],
  ['\\frac{1}{2}', '0.5'],
  ['\\dfrac12', '\\frac{1}{2}'],
  ['0.5', '\\frac12'],
  ['3 1/2', '3.5'],
  ['3\\frac{1}{2}', '3.5'],
  ['50%', '50'],
  ['50 percent', '50%'],
  ['50%', '0.5'],
  ['3.5e2', '350'],
  ['2\\times10^3', '2000'],
  ['2 x 10^3', '2000'],
  ['12,5', '12.5'],
  ['10/3', '3.33'],
  ['26.88%', '26.88'],
  ['x = 5', '5'],
  ['$x=5$', '5'],
  ['90^\\circ', '90'],
  ['90 degrees', '90^\\circ'],
  ['The area is \\boxed{\\frac{\\sqrt{6}}{3}}', '\\boxed{\\frac{\\sqrt6}{3}}'],
  ['\\frac{\\sqrt{6}}{3}', '\\sqrt{6}/3'],
  ['2\\pi', '6.283185307'],
  ['(1,2)', '(1, 2)'],
  ['\\left(\\frac{1}{2}, 3\\right)', '(0.5,3)'],
  ['[2,5)', '[2, 5)'],
  ['\\boxed{-1} and then \\boxed{2}', '2, -1'],
  ['1, 2', '2,1'],
  ['x = -2 or x = 1', '1, -2'],
  ['\\{1,2,3\\}', '\\{3,2,1\\}'],
  ['\\text{(B)}', 'B'],
  ['x^2 + 1', 'x^2+1'],
  ['25 square meters', '25 square metres'],
  ['5 km', '5 kilometers'],
  ['18 dollars per day', '$18'],
  ['The lecture takes place on Thursday.', 'Thursday'],
  ['If today is Monday, then the lecture is on Thursday.', 'Thursday'],
  ['August 7th, 2016', '7 August 2016'],
  ['2016-08-07', '7 August 2016'],
  ['It ends on 7 August 2016.', '7 August 2016'],
  ['12:25 PM', '12:25'],
  ['9:05', '09:05'],
  ['10:35 p.m.', '22:35'],
  ['The trip ends at 22:35.', '22:35'],
]

const different: readonly (readonly [string, string])[] = [
  ['', '42'],
  ['   ', '42'],
  ['.', '42'],
  ['12 or 13', '12'],
  ['12 or 13', '13'],
  ['The answer is 12 or 13.', '13'],
  ['12, 13', '13'],
  ['12 13', '13'],
  ['12/13', '13'],
  ['between 12 and 13', '13'],
  ['12,13', '13'],
  ['It is either 12 or maybe 13', '13'],
  ['Ann 12, Bob 13 apples', '12'],
  ['\\boxed{12} or \\boxed{13}', '13'],
  ['43', '42'],
  ['1234', '12345'],
  ['0.336', '0.33'],
  ['3.34', '10/3'],
  ['17.6', '18'],
  ['9*2', '18'],
  ['10-5', '-5'],
  ['5 km', '5 miles'],
  ['-5', '5'],
  ['(2,1)', '(1,2)'],
  ['(2,5)', '[2,5)'],
  ['1, 2, 3', '1, 2'],
  ['Monday or Tuesday', 'Tuesday'],
  ['Monday Tuesday Wednesday Thursday Friday Saturday Sunday', 'Sunday'],
  ['7 August', '7 August 2016'],
  ['8 August 2016', '7 August 2016'],
  ['10:35', '22:35'],
  ['9:05 or 9:06', '09:05'],
  [`${'The number is 42. '.repeat(3000)}`, '42'],
  ['no idea', '42'],
  ['Error: ZeroDivisionError: division by zero (line 3)', '3'],
]

for (const [prediction, reference] of same)
  test(`${JSON.stringify(prediction.slice(0, 60))} is the answer ${reference}`, () => {
    assert.ok(mathEqual(prediction, reference), JSON.stringify(compareMath(prediction, reference)))
  })

for (const [prediction, reference] of different)
  test(`${JSON.stringify(prediction.slice(0, 60))} is not the answer ${reference}`, () => {
    assert.ok(!mathEqual(prediction, reference), JSON.stringify(compareMath(prediction, reference)))
  })

test('a number or a date decides by itself; an expression in another form is left to a judge', () => {
  assert.equal(compareMath('43', '42').isDecisive, true)
  assert.equal(compareMath('Monday', 'Tuesday').isDecisive, true)
  assert.equal(compareMath('(1,3)', '(1,2)').isDecisive, true)
  assert.equal(compareMath('x^2+2x+1', '(x+1)^2').isDecisive, false)
})

test('every number equals itself however it is wrapped, and no other number', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: 0, max: 3 }), (integer, decimals) => {
      const value = (integer / 10 ** decimals).toFixed(decimals)
      for (const wrap of [`${value}`, `$${value}$`, `The answer is ${value}.`, `\\boxed{${value}}`, `x = ${value}`])
        assert.ok(mathEqual(wrap, value), `${wrap} vs ${value}`)
      assert.ok(!mathEqual(String(Number(value) + 1), value))
      assert.ok(!mathEqual(`${value} or ${Number(value) + 1}`, value))
    }),
  )
})

test('no text makes the comparison fail', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ maxLength: 40 }),
      (prediction, reference) => {
        compareMath(prediction, reference)
      },
    ),
  )
})
