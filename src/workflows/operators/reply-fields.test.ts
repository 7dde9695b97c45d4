import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readBoolean, readLetter, replyField } from './reply-fields.ts'

const booleans: readonly (readonly [string, boolean | null])[] = [
  ['true', true],
  ['**False**', false],
  ['Yes.', true],
  ['No issues found.', true],
  ['There are no errors.', true],
  ['I found no mistakes', true],
  ['Not incorrect.', true],
  ['Not wrong', true],
  ['The solution is correct.', true],
  ['The answer seems to be right', true],
  ['The solution is not incorrect.', true],
  ['Correct: 2 + 3 = 5', true],
  ['True, both say 5.', true],
  ['The solution is incorrect.', false],
  ['The solution is not correct.', false],
  ['Not correct.', false],
  ['The code has an error.', false],
  ['It is wrong.', false],
  ['False. It is off by one.', false],
  ['Incorrect - the sign is lost', false],
  ['No, it is correct.', null],
  ['Yes, but the last step is wrong.', null],
  ['No problem at all with most of it', null],
  ['True or false', null],
  ['Right triangles have one such angle', null],
  ['Valid until 2 + 3 is asked', null],
  ['Looks fine to me', null],
  ['The solution is correct. However, the answer is wrong.', null],
  ['', null],
]

for (const [text, said] of booleans)
  test(`${JSON.stringify(text)} says ${said ?? 'nothing'}`, () => {
    assert.equal(readBoolean(text), said)
  })

const letters: readonly (readonly [string, number | null])[] = [
  ['B', 1],
  ['b.', 1],
  ['(B)', 1],
  ['Solution B', 1],
  ['The answer is B', 1],
  ['B: both steps hold', 1],
  ['B is the most consistent', 1],
  ['A', 0],
  ['A because two agree', 0],
  ['A careful comparison shows B', null],
  ['I would say the second', null],
  ['A and B agree', null],
  ['A, B', null],
  ['Both', null],
  ['Z', null],
]

for (const [text, position] of letters)
  test(`${JSON.stringify(text)} names ${position ?? 'no candidate'}`, () => {
    assert.equal(readLetter(text, 3), position)
  })

test('a field that is only mentioned or not filled in is not read', () => {
  assert.equal(replyField('<answer>42</answer> I put it into `<answer>` tags.', 'answer'), '42')
  assert.equal(replyField('<answer>42</answer>\nThe format was <answer>...</answer>.', 'answer'), '42')
  assert.equal(replyField('<solution_letter>the letter only</solution_letter>', 'solution_letter'), null)
  assert.equal(replyField('<thinking><answer>41</answer></thinking>\n<answer>42</answer>', 'answer'), '42')
})
