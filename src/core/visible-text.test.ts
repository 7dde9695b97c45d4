import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { visibleText } from './visible-text.ts'

test('what a terminal would obey is shown escaped', () => {
  assert.equal(visibleText('a\u001b[31mred\u0007'), 'a\\x1b[31mred\\x07')
  assert.equal(visibleText('\u009b2J'), '\\x9b2J')
  assert.equal(visibleText('safe\rover'), 'safe\\x0dover')
  assert.equal(visibleText('\u202egnp.exe'), '\\u202egnp.exe')
  assert.equal(visibleText('zero\u200bwidth \ud800 \u{e0041}'), 'zero\\u200bwidth \\ud800 \\u{e0041}')
})

test('lines, letters of any language and emoji stay as they are', () => {
  const text = 'def f():\n    return "数学 é 🎻"\n'
  assert.equal(visibleText(text), text)
  assert.equal(visibleText('a\r\n\tb'), 'a\n  b')
})

test('no text keeps a control character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(visibleText(text), /[^\P{Cc}\n]|[\u202a-\u202e]/u)
    }),
  )
})
