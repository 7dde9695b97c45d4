import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { choicesIn, chosenLetter } from './choices.ts'
import { normaliseAnswer } from './normalise-answer.ts'
import { compareQa } from './qa-match.ts'

/** `=` equal, `x` different, `?` left to the judge, `!` anything but equal. */
type Row = readonly [reference: string, prediction: string, outcome: '=' | 'x' | '?' | '!', question?: string]

const capitals = 'Which city is the capital of France?\nA) Berlin\nB) Paris\nC) Rome\nD) Madrid'

const kinds: Readonly<Record<string, readonly Row[]>> = {
  'marks that carry meaning are compared': [
    ['3.5', '35', 'x'],
    ['1.5%', '15%', 'x'],
    ['20', '2.0', 'x'],
    ['-5', '5', 'x'],
    ['5', '-5', 'x'],
    ['C++', 'C#', '!'],
    ['C++', 'C', '!'],
    ['F#', 'F', '!'],
    ['3-2', '32', '!'],
    ['1/2', '12', 'x'],
    ['5%', '$5', '!'],
    ['A+', 'A-', '!'],
    ['10:30', '1030', '!'],
    ['दान', 'दिन', '!'],
    ['น้ำ', 'นำ', '!'],
    ['কলি', 'কলা', '!'],
    ['Montréal', 'Montreal', '!'],
    ['Montréal', 'Montre\u0301al', '='],
    ['€50', '$50', 'x'],
    ['.5', '5', 'x'],
    ['−5', '-5', '='],
    ['1,905', '1905', '='],
    ['C++', 'The answer is C++.', '='],
  ],
  'a name that begins with a number is a name': [
    ['3 Doors Down', '3', 'x'],
    ['2001: A Space Odyssey', '2001', 'x'],
    ['50 Cent', '50', 'x'],
    ['7 Eleven', '7', 'x'],
    ['12 Angry Men', '12', 'x'],
    ['49ers', '49', '!'],
    ['3', '3 Doors Down', 'x'],
    ['3 Doors Down', '3 Doors Down', '='],
    ['Boeing 747', '747', '?'],
    ['20th century', '20', '!'],
  ],
  'numbers are compared by value, only where both texts are numbers': [
    ['539', '539', '='],
    ['539', '539 metres', '=', 'How many metres high is it?'],
    ['539', '539 metres', '?'],
    ['539', '540 metres', 'x'],
    ['2', 'two', '='],
    ['33.0', '33', '='],
    ['88|33', '33', '='],
    ['88|33', '13', 'x'],
    ['12', 'twelve men', '!'],
    ['1.5 million', '1,500,000', '='],
    ['12345678901234567890', '12345678901234567891', 'x'],
  ],
  'dates in their usual forms': [
    ['7 August 2016', 'August 7th, 2016', '='],
    ['7 August 2016', '2016-08-07', '='],
    ['7 August 2016', 'Aug. 7, 2016', '='],
    ['7 August 2016', 'Sunday, 7 August 2016', '='],
    ['7 August 2016', '7.8.2016', '='],
    ['7 August 2016', '8 August 2016', 'x'],
    ['7 August 2016', '8/7/2016', '?'],
    ['27 August 2016', '8/27/2016', '='],
    ['7 August 2016', '7 August', '?'],
    ['27 November', 'November 27', '='],
    ['27 November', '27 November 2016', '='],
    ['27 November', '26 November', 'x'],
    ['44 BC', '44 BCE', '='],
    ['44 BC', '44 B.C.', '='],
    ['44 BC', '44 AD', 'x'],
    ['44 BC', 'AD 44', 'x'],
    ['44 BC', '43 BC', 'x'],
    ['44 BC', '44', '?'],
    ['15 March 44 BC', 'March 15, 44 BC', '='],
    ['August 2016', 'Aug 2016', '='],
    ['Thursday', 'Friday', 'x'],
    ['10:35 p.m.', '22:35', '='],
  ],
  'choices in the phrasings that models use': [
    ['C', 'The answer is C because I computed the integral.', '='],
    ['C', 'I think it is C', '='],
    ['A', 'ANSWER: $A$', '='],
    ['B', '“B”', '='],
    ['A', 'The best choice is A', '='],
    ['B', 'b. 4', '='],
    ['B', 'B\n\nExplanation: A is wrong.', '='],
    ['B', 'The correct answer is **B**. Here is why A fails.', '='],
    ['D', 'I considered (A) and (B). Final answer: D.', '='],
    ['C', 'I would go with option C.', '='],
    ['C', '\\boxed{\\text{C}}', '='],
    ['C', 'Option (C)', '='],
    ['C', '答案是C', '='],
    ['C', '(c) the bank', '='],
    ['A', 'The answer is A', '='],
    ['B', 'The answer is A', 'x'],
    ['B', 'A, B, C, D', 'x'],
    ['B', 'B or C', 'x'],
    ['B', 'The answer is B or C', 'x'],
    ['B', 'None of the above', '?'],
    ['B', "I don't know", '?'],
    ['A', 'A park near the river', '?'],
    ['I', 'I think so', '?'],
    ['B', 'It is not B', '!'],
    ['B', 'Paris', '=', capitals],
    ['B', 'Rome', 'x', capitals],
    ['Paris', 'B', '=', capitals],
    ['Paris', 'C', 'x', capitals],
    ['B', 'Lyon', '?', capitals],
  ],
  'words that differ are left to the judge': [
    ['Ann', 'Ann', '='],
    ['Ann', 'the Ann.', '='],
    ['the green room', 'The answer is the green room.', '='],
    ['Ann', 'not Ann', '?'],
    ['Mark Twain', 'the wife of Bob', '?'],
    ['Ann|Anna', 'Anna', '='],
    ['Ann', 'Ann|Anna', '?'],
    ['red|blue', 'red|blue', '='],
    ['Ann', 'Ann or Anna', '?'],
    ['Bob', 'Ann, Bob, Carl', '?'],
    ['yes', 'No.', 'x'],
    ['yes', 'The answer is yes', '='],
    ['yes', 'No, they were not', '?'],
    ['J. P. Losman', 'The answer is J. P. Losman.', '='],
    ['J. P. Losman', 'The answer is J. P. Losman. He threw two passes.', '='],
    ['St. Louis', 'The answer is St. Louis. It lies on a river.', '='],
    ['北京', '北京', '='],
    ['Ann', '', 'x'],
  ],
}

const marks = { equal: '=', different: 'x', 'not understood': '?' } as const

for (const [kind, rows] of Object.entries(kinds))
  test(kind, () => {
    const wrong = rows.flatMap(([reference, prediction, wanted, question = 'Q?']) => {
      const compared = compareQa(prediction, reference, { question })
      const mark = marks[compared.outcome]
      const isRight = wanted === '!' ? mark !== '=' : mark === wanted
      return isRight ? [] : [`${JSON.stringify([reference, prediction])}: ${mark}, not ${wanted} (${compared.reason})`]
    })
    assert.deepEqual(wrong, [])
  })

test('case, punctuation, articles and white space make no difference', () => {
  assert.equal(normaliseAnswer('The  Green-Room, a.k.a. "An" Atrium'), 'greenroom aka atrium')
  for (const said of ['the Green Room', 'green room.', 'The answer is the green room.', '**Green room**'])
    assert.equal(compareQa(said, 'the green room').outcome, 'equal', said)
})

for (const attack of ['', ' ', '.', 'the', 'Solution:', `${'Ann '.repeat(9000)}`])
  test(`${JSON.stringify(attack.slice(0, 20))} equals nothing`, () => {
    for (const reference of ['Ann', '', 'the']) assert.notEqual(compareQa(attack, reference).outcome, 'equal')
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
    assert.deepEqual(chosenLetter(said), { kind: 'one', letter }, said)
  for (const said of ['A, B, C, D', 'B or C', 'ABCD', 'A park', 'I do not know', ''])
    assert.notEqual(chosenLetter(said).kind, 'one', said)
})

test('the options of a question are read in their usual forms', () => {
  for (const text of [
    'A) Berlin\nB) Paris',
    '(A) Berlin (B) Paris',
    'Which? A. Berlin B. Paris',
    'Which?\n\nA: Berlin\nB: Paris',
  ])
    assert.deepEqual(
      [...(choicesIn(text) ?? [])],
      [
        ['A', 'Berlin'],
        ['B', 'Paris'],
      ],
      text,
    )
  for (const text of ['Who won?', 'A) is all there is', 'Vitamin A. What is it?'])
    assert.equal(choicesIn(text), null, text)
})

test('every answer equals itself, and another digit or mark never leaves two equal', () => {
  const part = fc.constantFrom(
    'Ann',
    'दिन',
    'C++',
    '3.5',
    '-7',
    'São',
    '1/2',
    '$40',
    '12%',
    '7 August 2016',
    'St. Louis',
    '北京',
    'น้ำ',
    '1,905',
    'U.S.',
    '10:30',
  )
  const text = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' '))
  fc.assert(
    fc.property(text, (answer) => {
      for (const said of [answer, ` ${answer}\n`, `<answer>${answer}</answer>`, `**${answer}**`])
        assert.equal(compareQa(said, answer).outcome, 'equal', said)
    }),
    { numRuns: 10_000 },
  )
  fc.assert(
    fc.property(fc.integer({ min: -9999, max: 9999 }), fc.integer({ min: 1, max: 9 }), (value, step) => {
      const reference = String(value / 100)
      assert.notEqual(compareQa(String((value + step) / 100), reference).outcome, 'equal')
      if (value !== 0) assert.notEqual(compareQa(String(-value / 100), reference).outcome, 'equal')
      if (value % 100 !== 0) assert.notEqual(compareQa(reference.replace('.', ''), reference).outcome, 'equal')
    }),
  )
})
