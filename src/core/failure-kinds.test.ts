import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Failure } from './failure.ts'
import { countKinds, type FailedRollout, hasKind } from './failure-kinds.ts'

const failure = (kind: string): Failure => {
  const [boundary, code] = kind.split('/') as [Failure['boundary'], string]
  return { boundary, code, message: '' }
}
const failed = (...kinds: string[]): FailedRollout => ({
  failures: kinds.map(failure),
  score: { kind: 'scored', reward: -5, parts: [], isCorrect: false, verdict: 'false', reason: '' },
})
const unscorable: FailedRollout = {
  failures: [failure('executor/timeout')],
  score: { kind: 'unscorable', reason: 'no answer' },
}

test('a rollout counts once a kind, the commonest first', () => {
  const rollouts = [failed('policy/no-class', 'policy/no-class'), failed('policy/no-class', 'parse/empty'), unscorable]
  assert.deepEqual(countKinds(rollouts), [
    { kind: 'policy/no-class', rollouts: 2 },
    { kind: 'executor/timeout', rollouts: 1 },
    { kind: 'parse/empty', rollouts: 1 },
    { kind: 'unscorable', rollouts: 1 },
  ])
})

test('a kind is asked for whole, by its boundary, by its code, or by a wider name', () => {
  for (const kind of ['sandbox/deadline-wall', 'sandbox', 'deadline-wall', 'execution', 'timeout'])
    assert.ok(hasKind(failed('sandbox/deadline-wall'), kind), kind)
  for (const kind of ['generation', 'executor', 'memory', 'toString', 'unscorable'])
    assert.ok(!hasKind(failed('sandbox/deadline-wall'), kind), kind)
  assert.ok(hasKind(failed('policy/no-class'), 'generation') && hasKind(failed('parse/empty'), 'generation'))
  for (const kind of ['unscorable', 'execution', 'timeout', 'executor']) assert.ok(hasKind(unscorable, kind), kind)
})
