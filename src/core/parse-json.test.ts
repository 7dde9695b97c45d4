import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonOf, jsonOrThrow, parseJson } from './parse-json.ts'

const nested = (depth: number, open = '[', close = ']'): string => open.repeat(depth) + close.repeat(depth)

test('what JSON.parse reads is read alike, within the limits', () => {
  for (const text of ['null', '"[[[["', '{"a":[1,{"b":"\\"]"}]}', ' [1, 2] ', nested(100), '"\\\\"'])
    assert.deepEqual(jsonOf(text), JSON.parse(text))
})

test('depth counts brackets outside strings, whatever the text is otherwise', () => {
  assert.equal(parseJson(nested(101)).kind, 'too-deep')
  assert.equal(parseJson(nested(3000, '{"a":', '}').replace(':}', ':1}')).kind, 'too-deep')
  assert.equal(parseJson('['.repeat(1_000_000)).kind, 'too-deep')
  assert.equal(parseJson(`"${'['.repeat(1000)}"`).kind, 'value')
  assert.equal(parseJson(`{"a": "\\"", "b": "${'{'.repeat(1000)}"}`).kind, 'value')
  assert.equal(parseJson('[[1]]', { maxDepth: 1 }).kind, 'too-deep')
})

test('length and form', () => {
  assert.equal(parseJson('[1]', { maxChars: 2 }).kind, 'too-long')
  assert.equal(parseJson('[1').kind, 'invalid')
  assert.equal(jsonOf('nothing'), undefined)
  assert.throws(() => jsonOrThrow(nested(101)), /more than 100 levels/)
})
