import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatonError, type Failure } from '../core/failure.ts'
import type { Problem } from '../core/problem.ts'
import type { Score } from '../core/reward.ts'
import { plainOutcome } from '../testing/plain-outcome.ts'
import type { AttemptContext, AttemptOutcome, Environment } from './environment.ts'
import { stopIfUnscorable, stopOnOutage } from './services.ts'

const scored: Score = { kind: 'scored', reward: 10, parts: [], isCorrect: true, verdict: 'true', reason: '' }
const unscorable: Score = { kind: 'unscorable', reason: 'nobody knows' }
const failure = (boundary: Failure['boundary'], code: string): Failure => ({ boundary, code, message: `${code}!` })
const good = { score: scored, failures: [] }
const dead = { score: unscorable, failures: [failure('executor', 'network')] }
const unclear = { score: unscorable, failures: [failure('judge', 'unclear')] }

function caught(body: () => void): Pick<BatonError, 'code' | 'exitCode' | 'boundary' | 'message'> | null {
  try {
    body()
    return null
  } catch (error) {
    assert.ok(error instanceof BatonError)
    return error
  }
}

test('a step in which few rollouts lack a score goes on', () => {
  assert.equal(
    caught(() => stopIfUnscorable([good, dead], 0.5, 'step 1')),
    null,
  )
  assert.equal(
    caught(() => stopIfUnscorable([], 0, 'step 1')),
    null,
  )
})

test('a server that failed ends the run with exit code 3, a judge that says nothing clear with 4', () => {
  const outage = caught(() => stopIfUnscorable([good, dead, dead], 0.5, 'step 7'))
  assert.deepEqual([outage?.exitCode, outage?.boundary, outage?.code], [3, 'executor', 'network'])
  assert.match(outage?.message ?? '', /^step 7: 2 of 3 rollouts could not be scored \(network!\)\.$/)
  const rule = caught(() => stopIfUnscorable([good, unclear, unclear, unclear, dead], 0.5, 'step 7'))
  assert.deepEqual([rule?.exitCode, rule?.code], [4, 'unscorable'])
})

test('attempts that fail one after the other by an outage stop the run; any other between them starts the count anew', async () => {
  // What a model answered is no outage, however often: the share of a step decides.
  const empty = { score: unscorable, failures: [failure('executor', 'empty-content')] }
  const outcomes = [dead, dead, good, dead, dead, unclear, empty, empty, empty, empty, dead, dead, dead]
  let next = 0
  const environment = stopOnOutage(
    {
      name: 'scripted',
      prompt: () => [],
      attempt: async () => ({ ...outcomes[next++], record: plainOutcome, costUsd: 0, llmCalls: 0 }) as AttemptOutcome,
      metrics: () => ({}),
    } satisfies Environment,
    3,
  )
  const completion = { tokens: [], logprobs: [], stopReason: 'stop' } as const
  const context: AttemptContext = { key: [], signal: new AbortController().signal }
  const attempt = () => environment.attempt({} as Problem, '', completion, context)
  for (let i = 0; i < 12; i++) await attempt()
  await assert.rejects(attempt(), { name: 'BatonError', code: 'network', exitCode: 3 })
})
