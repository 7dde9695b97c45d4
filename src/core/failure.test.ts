import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatonError } from './failure.ts'

test('an error carries what a person needs and becomes a failure record', () => {
  const cause = new Error('ENOENT')
  const error = new BatonError('data/train.jsonl does not exist.', {
    boundary: 'dataset',
    code: 'missing-file',
    hint: 'Set data.train.',
    isRetryable: true,
    exitCode: 3,
    cause,
  })
  assert.ok(error instanceof Error)
  assert.equal(error.name, 'BatonError')
  assert.equal(error.message, 'data/train.jsonl does not exist.')
  assert.equal(error.hint, 'Set data.train.')
  assert.equal(error.isRetryable, true)
  assert.equal(error.exitCode, 3)
  assert.equal(error.cause, cause)
  assert.deepEqual(error.toFailure(), {
    boundary: 'dataset',
    code: 'missing-file',
    message: 'data/train.jsonl does not exist.',
  })
})

test('by default an error is wrong input: not retryable, exit code 2, no hint', () => {
  const error = new BatonError('no', { boundary: 'config', code: 'x' })
  assert.deepEqual([error.isRetryable, error.exitCode, error.hint], [false, 2, undefined])
})

test('a failure survives JSON', () => {
  const failure = new BatonError('no', { boundary: 'judge', code: 'empty' }).toFailure()
  assert.deepEqual(JSON.parse(JSON.stringify(failure)), failure)
})
