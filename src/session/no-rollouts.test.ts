import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluation, fakeRun, rollout, step } from '../reports/testing/fake-run.ts'
import { noRollouts, type RolloutsAsked } from './no-rollouts.ts'

const run = fakeRun({
  steps: [step(1), step(2)],
  evaluations: [evaluation('before', 0, [true]), evaluation('after', 2, [true])],
  rollouts: [
    rollout({ step: 1, problemId: 'synth-ages-0001' }),
    rollout({ step: 2, problemId: 'synth-ages-0002' }),
    rollout({ label: 'after', step: 2, problemId: 'synth-clock-0007' }),
  ],
})

function said(asked: Partial<RolloutsAsked>): string {
  const { message, hint, exitCode } = noRollouts(run, 'runs/a', {
    label: undefined,
    step: undefined,
    problem: undefined,
    ...asked,
  })
  assert.equal(exitCode, 2)
  return `${message} ${hint}`
}

test('what a run does not have is named: the problem, the evaluation or the step, with the nearest there is', () => {
  assert.match(said({ problem: 'nope' }), /no problem "nope"\. Its ids are like synth-ages-0001, /)
  assert.match(said({ problem: 'synth-ages-001' }), /Did you mean synth-ages-0001\?/)
  assert.match(said({ label: 'befor' }), /no evaluation "befor"\. Did you mean before\?/)
  assert.match(said({ label: 'x' }), /Its evaluations are before, after\./)
  assert.match(said({ step: 9 }), /no step 9\. Its steps are 1 to 2\./)
})

test('a problem that is elsewhere in the run: where', () => {
  assert.match(
    said({ problem: 'synth-clock-0007', step: 2 }),
    /no rollouts of synth-clock-0007 in step 2\. It is in the evaluation after \(--label after\)\./,
  )
  assert.match(said({ problem: 'synth-ages-0001', step: 2 }), /It is in step 1 of the training\./)
  assert.match(said({ problem: 'synth-ages-0001', label: 'after' }), /in the evaluation after\. It is in step 1/)
})
