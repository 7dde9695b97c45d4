import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Failure } from './failure.ts'
import { remedyFor, serviceFailureKinds, serviceFailureOf } from './service-failures.ts'

const failure = (boundary: Failure['boundary'], code: string): Failure => ({ boundary, code, message: '' })

test('each kind has a remedy of its own that names the keys of the section at fault', () => {
  const remedies = serviceFailureKinds.map((kind) => remedyFor(kind, 'judge'))
  assert.equal(new Set(remedies).size, serviceFailureKinds.length)
  for (const remedy of remedies) assert.match(remedy, /^[A-Z][^{}]+\.$/)
  assert.match(
    remedyFor('timeout', 'executor'),
    /lower llm\.executor\.concurrency .* raise llm\.executor\.attemptTimeoutMs/,
  )
  assert.match(remedyFor('context-overflow', 'policy'), /lower policy\.maxCompletionTokens/)
  assert.match(remedyFor('timeout'), /lower concurrency /)
})

test('the first failure of executor or judge is found; what a policy did, and an unclear judge, are none', () => {
  const own = [failure('policy', 'prompt-too-long'), failure('sandbox', 'aborted'), failure('judge', 'unclear')]
  assert.equal(serviceFailureOf(own), null)
  // A code of another boundary that is called the same.
  assert.equal(serviceFailureOf([failure('dataset', 'not-found')]), null)
  assert.deepEqual(serviceFailureOf([...own, failure('judge', 'timeout')]), failure('judge', 'timeout'))
})
