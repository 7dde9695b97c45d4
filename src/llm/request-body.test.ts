import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject } from '../core/json.ts'
import { canonicalJson } from './canonical-json.ts'
import { callKey, refusedMember, withoutRefused } from './request-body.ts'

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
  ]
  for (const [message, name] of cases) assert.equal(refusedMember(message, sent), name, message)
})

test('max_tokens is renamed, other refused members are left out', () => {
  const body = { model: 'm', temperature: 0, max_tokens: 5 }
  assert.deepEqual(withoutRefused(body, new Set()), body)
  assert.deepEqual(withoutRefused(body, new Set(['temperature', 'max_tokens'])), {
    model: 'm',
    max_completion_tokens: 5,
  })
})
