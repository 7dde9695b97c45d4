import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readingOf } from './difference-reading.ts'

test('an interval that merely holds 0 is no proof that two policies are equal', () => {
  assert.equal(readingOf({ low: -0.064, high: 0.254 }), 'cannot-tell')
  assert.equal(readingOf({ low: -0.924, high: 0.924 }), 'cannot-tell')
  assert.equal(readingOf({ low: -0.002, high: 0.011 }), 'cannot-tell')
  assert.equal(readingOf({ low: 0, high: 0.2 }), 'cannot-tell')
})

test('equal is said where the whole interval lies within the margin', () => {
  assert.equal(readingOf({ low: -0.01, high: 0.009 }), 'equal')
  assert.equal(readingOf({ low: -0.04, high: 0.04 }, 0.05), 'equal')
})

test('an interval beside 0 is a difference, however small', () => {
  assert.equal(readingOf({ low: 0.001, high: 0.009 }), 'more')
  assert.equal(readingOf({ low: -0.2, high: -0.001 }), 'less')
})
