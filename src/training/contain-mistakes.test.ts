import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatonError } from '../core/failure.ts'
import type { Problem } from '../core/problem.ts'
import type { SampledCompletion } from '../engines/policy-engine.ts'
import { containMistakes } from './contain-mistakes.ts'
import type { Environment } from './environment.ts'
import { stopIfUnscorable } from './services.ts'

const problem: Problem = { id: 'p', type: 'qa', source: 't', question: '?', answer: 'a', difficulty: 1 }
const completion: SampledCompletion = { tokens: [], logprobs: [], stopReason: 'stop' }

function attemptWith(error: unknown, signal = new AbortController().signal) {
  const environment: Environment = {
    name: 'broken',
    prompt: () => [],
    attempt: async () => {
      throw error
    },
    metrics: () => ({}),
  }
  return containMistakes(environment).attempt(problem, '', completion, { key: ['k'], signal })
}

test('whatever an attempt throws ends its own rollout, as a failure with a class', async () => {
  const overflow = (): never => overflow()
  for (const thrown of [new RangeError('Maximum call stack'), new TypeError('x is not a function'), 'a text', null]) {
    const outcome = await attemptWith(thrown)
    assert.deepEqual(
      outcome.failures.map(({ boundary, code }) => `${boundary}/${code}`),
      ['baton/unexpected'],
    )
    assert.equal(outcome.score.kind, 'unscorable')
    assert.match(outcome.failures[0]?.message ?? '', /^a mistake in Baton itself/)
    assert.doesNotMatch(outcome.failures[0]?.message ?? '', /\(\/|file:/)
  }
  const real = await attemptWith(
    (() => {
      try {
        return overflow()
      } catch (error) {
        return error
      }
    })(),
  )
  assert.match(real.failures[0]?.message ?? '', /RangeError: Maximum call stack/)
})

test('errors for the user and aborts pass', async () => {
  await assert.rejects(attemptWith(new BatonError('full', { boundary: 'runs', code: 'disk-full' })), BatonError)
  const aborted = new AbortController()
  aborted.abort(new Error('stop'))
  await assert.rejects(attemptWith(new TypeError('late'), aborted.signal), TypeError)
})

test('too many of them stop the run where it can be resumed, and say what it was', async () => {
  const broken = await attemptWith(new TypeError('x is not a function'))
  const good = { score: { kind: 'scored' }, failures: [] } as unknown as typeof broken
  assert.doesNotThrow(() => stopIfUnscorable([good, broken], 0.5, 'step 1'))
  assert.throws(
    () => stopIfUnscorable([good, broken, broken], 0.5, 'step 1'),
    (error) => error instanceof BatonError && error.exitCode === 4 && /x is not a function/.test(error.message),
  )
})
