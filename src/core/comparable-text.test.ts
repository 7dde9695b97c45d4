import assert from 'node:assert/strict'
import { test } from 'node:test'
import { comparableText } from './comparable-text.ts'

test('case, punctuation, white space and the form of the letters make no other text', () => {
  const text = comparableText('Anna has 3 apples. How many are left?')
  assert.equal(
    comparableText('  anna has 3 apples -- how\nmany are LEFT'),
    comparableText('anna has 3 apples -- how many are left?'),
  )
  assert.equal(comparableText('ANNA has 3 apples;  how many are left ?'), text)
  assert.equal(comparableText('Ａnna has ３ apples. How many are left?'), text)
})

test('another number, another sign and another word make another text', () => {
  for (const [a, b] of [
    ['What is 3 + 4?', 'What is 3 - 4?'],
    ['What is 3*4?', 'What is 3/4?'],
    ['What is 12-4?', 'What is 12 4?'],
    ['3 apples', '4 apples'],
  ] as const)
    assert.notEqual(comparableText(a), comparableText(b), `${a} | ${b}`)
  assert.equal(comparableText('a well-known fact'), comparableText('a well known fact'))
})
