import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareQa } from './qa-match.ts'

/** `=` equal, `x` different, `?` left to the judge, `!` anything but equal. */
type Row = readonly [reference: string, prediction: string, outcome: '=' | 'x' | '?' | '!', question?: string]

const marks = { equal: '=', different: 'x', 'not understood': '?' } as const

const capitals = 'Which?\nA. Berlin\nB. Paris\nC. Rome\nD. Madrid'

const rows: readonly Row[] = [
  ['C', 'C', '='],
  ['C', 'c', '='],
  ['C', '(C)', '='],
  ['C', '[C]', '='],
  ['C', 'C)', '='],
  ['C', 'C:', '='],
  ['C', '**C**', '='],
  ['C', 'C. Rome', '='],
  ['C', 'C) Rome is the capital', '='],
  ['C', 'Answer: C', '='],
  ['C', 'Answer: (C) Rome', '='],
  ['C', 'The answer is (C).', '='],
  ['C', 'The answer is C. Rome', '='],
  ['C', 'The correct option is C', '='],
  ['C', 'Correct option: C', '='],
  ['C', 'Option C is correct.', '='],
  ['C', 'Choice C', '='],
  ['C', 'C is the correct answer.', '='],
  ['C', 'C is correct', '='],
  ['C', 'I choose C', '='],
  ['C', "I'd pick C", '='],
  ['C', 'Therefore, C.', '='],
  ['C', 'So the answer must be C.', '='],
  ['C', 'Letter C', '='],
  ['C', 'My answer: C', '='],
  ['C', 'The answer is: **C**', '='],
  ['C', 'Final answer: \\boxed{C}', '='],
  ['C', '\\boxed{\\textbf{(C)}}', '='],
  ['C', '$\\boxed{C}$', '='],
  ['C', 'answer is "C"', '='],
  ['C', "The answer is 'C'", '='],
  ['C', 'A is wrong, B is wrong, so C', '='],
  ['C', 'C\n\nBecause A and B are wrong.', '='],
  ['C', 'A', 'x'],
  ['C', 'Not C', '!'],
  ['C', 'A and C', 'x'],
  ['C', 'A, C', 'x'],
  ['C', 'AC', '!'],
  ['C', 'C or D', 'x'],
  ['C', 'All of the above', '?'],
  ['C', 'None', '?'],
  ['C', 'The answer is Rome', '?'],
  ['C', 'Rome', '=', capitals],
  ['C', 'Rome.', '=', capitals],
  ['C', 'The answer is Rome.', '=', capitals],
  ['C', 'Berlin', 'x', capitals],
  ['C', 'C. Rome', '=', capitals],
  ['C', 'A. Berlin', 'x', capitals],
  ['C', 'Rome or Paris', '?', capitals],
  ['Rome', 'C', '=', capitals],
  ['Rome', '(C)', '=', capitals],
  ['Rome', 'Rome', '=', capitals],
  ['Rome', 'A', 'x', capitals],
  ['E', 'The answer is E', '='],
  ['A', 'a', '='],
  ['A', 'A', '='],
  ['A', 'The answer is a', '='],
  ['A', 'A cat', '?'],
  ['A', 'I think A is right', '='],
  ['I', 'I', '='],
  ['D', '正确答案是D', '='],
  ['D', '选D', '='],
  ['D', 'D。', '='],
  ['D', '答案：D', '='],
  ['D', 'La bonne réponse est D', '='],
  ['D', 'La respuesta correcta es D.', '='],
  ['D', 'Die richtige Antwort ist D.', '='],
  ['1945', 'in 1945', '?'],
  ['1945', '1945', '='],
  ['1945', '1944', 'x'],
  ['1945', 'The year 1945', '?'],
  ['12 May 1945', 'May 12 1945', '='],
  ['12 May 1945', '12/05/1945', '?'],
  ['12 May 1945', '12th of May, 1945', '='],
  ['12 May 1945', '1945-05-13', 'x'],
  ['12 May 1945', '1945', '?'],
  ['300 BC', '300 BCE', '='],
  ['300 BC', '300 AD', 'x'],
  ['AD 300', '300 CE', '='],
  ['AD 300', '300', '='],
  ['753 BC', 'in 753 BC', '='],
  ['3rd century BC', '3rd century', '!'],
  ['10', 'ten', '='],
  ['10%', '10 percent', '='],
  ['10%', '10', '='],
  ['10', '10%', '!'],
  ['$5 million', '5 million dollars', '='],
  ['$5 million', '$5,000,000', '='],
  ['5 km', '5 kilometers', '='],
  ['5 km', '5 miles', 'x'],
  ['5-7', '57', '!'],
  ['5-7', '5–7', '='],
  ['3:1', '31', '!'],
  ['3/4', '34', 'x'],
  ['.NET', 'NET', '='],
  ['C#', 'C', '!'],
  ['C♯', 'C', '='],
  ['R&B', 'RB', '='],
  ['AT&T', 'AT and T', '?'],
  ['café', 'cafe', '!'],
  ['naïve', 'naive', '!'],
  ['Beyoncé', 'Beyonce', '!'],
  ['São Paulo', 'Sao Paulo', '!'],
  ['हिन्दी', 'हनद', '!'],
  ['ไทย', 'ไท', '!'],
  ['தமிழ்', 'தமழ', '!'],
  ['Ελλάδα', 'ελλαδα', '!'],
  ['Москва', 'москва', '='],
  ['東京', '东京', '!'],
  ['ＡＢＣ', 'ABC', '='],
  ['yes', 'no', 'x'],
  ['yes', 'Yes!', '='],
  ['no', 'No, it is not.', '?'],
  ['true', 'false', '!'],
  ['The Beatles', 'Beatles', '='],
  ['The Who', 'Who', '='],
  ['A', 'The', '!'],
  ['U.S.', 'US', '='],
  ['U.S. Army', 'US Army', '='],
  ["O'Brien", 'OBrien', '='],
  ['rock-n-roll', 'rock n roll', '?'],
  ['Jan. 5', 'January 5', '='],
  ['noon', '12:00', '?'],
  ['5 p.m.', '17:00', '='],
  ['5 p.m.', '5 a.m.', 'x'],
  ['Monday', 'Mon', '?'],
  ['24', '24 hours', '?'],
  ['24', '24 years', '=', 'How many years?'],
  ['first', '1st', '?'],
  ['11 September', '9/11', '?'],
  ['4', '4.0', '='],
  ['4', '4th', '!'],
  ['2000', '2,000', '='],
  ['2,000', '2000', '='],
  ['2.000', '2', '='],
  ['1/2', '0.5', '='],
  ['-3', '–3', '='],
  ['+3', '3', '='],
  ['3', '+3', '='],
  ['1e3', '1000', '='],
  ['IV', '4', '?'],
  ['Louis XIV', 'Louis XV', '!'],
  ['Apollo 11', 'Apollo 12', '!'],
  ['Apollo 11', 'Apollo Eleven', '?'],
  ['Windows 3.1', 'Windows 31', '!'],
  ['7-Eleven', '7', '!'],
  ['21 Savage', '21', 'x'],
  ['24', '24 Hours', '!'],
  ['8 Mile', '8', 'x'],
  ['8 Mile', '8 miles', '!'],
  ['100 metres', '100 m', '='],
  ['Route 66', '66', '?'],
  ['U2', '2', '!'],
  ['Maroon 5', '5', '!'],
  ['Blink-182', '182', '!'],
  ['Blink-182', 'Blink 182', '?'],
]

test('choices, dates, numbers, names and marks of many forms', () => {
  const wrong = rows.flatMap(([reference, prediction, wanted, question = 'Q?']) => {
    const compared = compareQa(prediction, reference, { question })
    const mark = marks[compared.outcome]
    const isRight = wanted === '!' ? mark !== '=' : mark === wanted
    return isRight ? [] : [`${JSON.stringify([reference, prediction])}: ${mark}, not ${wanted} (${compared.reason})`]
  })
  assert.deepEqual(wrong, [])
})

const otherWords: readonly (readonly [reference: string, prediction: string])[] = [
  ['C++', 'C#'],
  ['C++', 'C'],
  ['C#', 'C'],
  ['F#', 'F'],
  ['A+', 'A-'],
  ['B-', 'B+'],
  ['B+', 'B'],
  ['दान', 'दिन'],
  ['कल', 'काल'],
  ['মন', 'মান'],
  ['கல்', 'கால்'],
]

for (const [reference, prediction] of otherWords)
  test(`${prediction} is another answer than ${reference}, both ways`, () => {
    for (const [a, b] of [
      [reference, prediction],
      [prediction, reference],
    ] as const) {
      const { outcome } = compareQa(b, a, { question: 'Which?' })
      // A letter alone may be a choice, and a sign may be left out: both are for the judge.
      assert.ok(
        outcome === 'different' || (/^[A-J]$|[\u0bcd]/.test(a) && outcome === 'not understood'),
        `${a} ${b}: ${outcome}`,
      )
    }
    assert.equal(compareQa(reference, reference, { question: 'Which?' }).outcome, 'equal')
  })

test('spellings of one word are no other word', () => {
  for (const [a, b] of [
    ['हिन्दी', 'हिंदी'],
    ['हिंदी', 'हिंदि'],
    ['डॉक्टर', 'डाक्टर'],
    ['Montréal', 'Montreal'],
    ['Google+', 'Google Plus'],
  ] as const)
    assert.notEqual(compareQa(b, a, { question: 'Which?' }).outcome, 'different', `${a} ${b}`)
})

test('lists of spans are equal in any order, unless the question asks for one', () => {
  const said = (prediction: string, reference: string, question = 'Which teams?') =>
    compareQa(prediction, reference, { question }).outcome
  assert.equal(said('Carl, Bob, Ann', 'Ann, Bob and Carl'), 'equal')
  assert.equal(said('Bob and the Ann', 'Ann, Bob'), 'equal')
  assert.equal(said('Ann; Bob', 'Bob and Ann'), 'equal')
  assert.equal(said('Ann, Bob & Carl', 'carl, ann and bob'), 'equal')
  assert.equal(said('Carl, Bob, Ann', 'Ann, Bob and Carl', 'Rank the teams in order.'), 'not understood')
  assert.equal(said('Texas, Paris', 'Paris, Texas'), 'not understood')
  for (const other of ['Ann, Bob', 'Ann, Bob, Dan', 'Ann, Bob, Carl, Carl', 'Ann, Ann, Bob'])
    assert.notEqual(said(other, 'Ann, Bob and Carl'), 'equal', other)
})
