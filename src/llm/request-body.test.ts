import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject } from '../core/json.ts'
import { canonicalJson } from './canonical-json.ts'
import { callKey, refusedMember, requestText, systemRole, withoutRefused } from './request-body.ts'

const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  )
}

test('the key of a call does not depend on the order of members', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), (body, seed) => {
      assert.equal(callKey(body as JsonObject, seed), callKey(reversed(body) as JsonObject, seed))
    }),
  )
})

test('canonical JSON is JSON of the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.deepEqual(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value)))
    }),
  )
  assert.equal(canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined }), '{"b":[1,{"c":"x","d":null}]}')
})

test('a member that a server refuses by name is found in its message, if it was sent and can be spared', () => {
  const sent = { model: 'm', temperature: 0, max_tokens: 5, seed: 1 }
  const cases: [string, string | null][] = [
    ["400 Unsupported parameter: 'max_tokens' is not supported with this model.", 'max_tokens'],
    ["400 Unsupported value: 'temperature' does not support 0 with this model.", 'temperature'],
    ['400 Invalid JSON payload received. Unknown name "seed": Cannot find field.', 'seed'],
    ['400 Unrecognized request argument supplied: seed', 'seed'],
    ["400 Unsupported parameter: 'top_p'", null],
    ["400 Unsupported parameter: 'model'", null],
    ['400 something else', null],
    ['422 seed: Extra inputs are not permitted', 'seed'],
    ['400 The parameter `temperature` is not supported by this model', 'temperature'],
    ['400 temperature is deprecated for this model', 'temperature'],
    ["400 This model doesn't support the seed parameter", 'seed'],
    ['400 模型不支持 seed 参数', 'seed'],
    // A value that is out of range is not the member's fault.
    ['400 temperature must be between 0 and 1', null],
    ['400 max_tokens is too large: this model supports at most 4096', null],
    ['400 Invalid value for temperature: 3 > 2', null],
  ]
  for (const [message, name] of cases) assert.equal(refusedMember(message, sent), name, message)
})

test('of two members that exclude each other, top_p goes; where it is 1 it is not sent', () => {
  const sent = { model: 'm', temperature: 0.2, top_p: 0.9 }
  assert.equal(refusedMember('400 cannot specify both: temperature and top_p cannot both be set', sent), 'top_p')
  assert.deepEqual(withoutRefused({ ...sent, top_p: 1 }, new Set()), { model: 'm', temperature: 0.2 })
  assert.deepEqual(withoutRefused(sent, new Set()), sent)
})

test('a server without a system role gets its text before the first of the user', () => {
  const system = { role: 'system', content: 'Be short.' }
  const sent = { model: 'm', messages: [system, { role: 'user', content: 'Hi' }] }
  for (const words of [
    '400 System role not supported',
    '500 Conversation roles must alternate user/assistant/user/assistant/...',
    '400 Developer instruction is not enabled for models/gemma',
    '400 Only user and assistant roles are supported!',
    "400 messages[0].role: this model does not support 'system' messages",
  ])
    assert.equal(refusedMember(words, sent), systemRole, words)
  assert.equal(refusedMember('400 System role not supported', { messages: [{ role: 'user', content: 'Hi' }] }), null)
  const refused = new Set([systemRole])
  assert.deepEqual(withoutRefused(sent, refused)['messages'], [{ role: 'user', content: 'Be short.\n\nHi' }])
  const image = { type: 'image_url', image_url: { url: 'data:' } }
  assert.deepEqual(withoutRefused({ messages: [system, { role: 'user', content: [image] }] }, refused)['messages'], [
    { role: 'user', content: [{ type: 'text', text: 'Be short.' }, image] },
  ])
})

test('what is sent is whole characters', () => {
  assert.equal(requestText({ messages: [{ content: 'a\ud83d', more: ['\udc00b'] }] }).isWellFormed(), true)
  assert.equal(JSON.parse(requestText({ a: '\ud83d' })).a, '\ufffd')
})

test('max_tokens is renamed, other refused members are left out', () => {
  const body = { model: 'm', temperature: 0, max_tokens: 5 }
  assert.deepEqual(withoutRefused(body, new Set()), body)
  assert.deepEqual(withoutRefused(body, new Set(['temperature', 'max_tokens'])), {
    model: 'm',
    max_completion_tokens: 5,
  })
})
