import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultConfig } from '../config/testing/default-config.ts'
import type { EvaluationRecord } from '../core/records.ts'
import type { RunStore } from '../runs/index.ts'
import { decodingPlans } from './evaluation.ts'
import { isComplete, relabelEvaluations } from './measuring.ts'

type Known = Pick<EvaluationRecord, 'label' | 'step' | 'decoding' | 'split'>

const of = (label: string, step: number, more: Partial<Known> = {}): Known => ({
  label,
  step,
  split: 'validation',
  decoding: label.endsWith('-sampled') ? 'sampled' : 'greedy',
  ...more,
})

function relabelled(known: readonly Known[], plannedSteps: number): string[] {
  let labels: string[] = []
  const store = {
    evaluations: () => known,
    renameEvaluations: (renames: readonly { from: string; to: string; step: number }[]) => {
      labels = renames.map(({ from, to, step }) => `${from}@${step} -> ${to}`)
    },
  }
  relabelEvaluations(store as unknown as RunStore, plannedSteps)
  return labels
}

test('the result of a run that is trained further gets the name of its step, in both decodings', () => {
  const known = [of('before', 0), of('best-fixed', 0), of('after', 3), of('after-sampled', 3), of('eval-mine', 3)]
  assert.deepEqual(relabelled(known, 5), ['after@3 -> step-3', 'after-sampled@3 -> step-3-sampled'])
  assert.deepEqual(relabelled(known, 3), [])
})

test('where the course has that step already, on other problems, the name says on which', () => {
  const test = { split: 'test' }
  const known = [of('step-3', 3), of('after', 3, test), of('after-sampled', 3, test)]
  assert.deepEqual(relabelled(known, 5), ['after@3 -> step-3-test', 'after-sampled@3 -> step-3-test-sampled'])
})

test('sampled evaluations of an older version get the label that such evaluations have now', () => {
  const sampled = { decoding: 'sampled' } as const
  const known = [of('before', 0, sampled), of('step-2', 2, sampled), of('after', 3, sampled)]
  assert.deepEqual(relabelled(known, 3), [
    'before@0 -> before-sampled',
    'step-2@2 -> step-2-sampled',
    'after@3 -> after-sampled',
  ])
  assert.equal(relabelled(known, 9).at(-1), 'after@3 -> step-3-sampled')
})

test('a run is complete with the checkpoint of its last step and a result in every decoding', () => {
  const { training, ...config } = defaultConfig()
  const complete = (steps: number, checkpoint: number, labels: readonly string[], measured = true): boolean => {
    const run = {
      steps: () => [],
      evaluations: () => labels.map((label) => of(label, checkpoint)),
      checkpoints: { latest: () => ({ step: checkpoint }) },
    }
    return isComplete(run as unknown as RunStore, { ...config, training: { ...training, steps } }, measured)
  }
  assert.equal(complete(3, 3, ['after', 'after-sampled']), true)
  assert.equal(complete(3, 3, ['after']), false)
  assert.equal(complete(3, 2, ['after', 'after-sampled']), false)
  assert.equal(complete(4, 3, ['after', 'after-sampled']), false)
  assert.equal(complete(3, 3, [], false), true, 'without problems to measure on the steps are all')
})

test('greedy comes first and is made once a problem; sampling at temperature 0 is greedy', () => {
  const settings = { temperature: 0.7, samplesPerProblem: 4 }
  const made = (decodings: readonly ('greedy' | 'sampled')[], more = {}) =>
    decodingPlans({ decodings, ...settings, ...more }).map(
      ({ decoding, temperature, samplesPerProblem }) => `${decoding} ${temperature} ${samplesPerProblem}`,
    )
  assert.deepEqual(made(['sampled', 'greedy']), ['greedy 0 1', 'sampled 0.7 4'])
  assert.deepEqual(made(['sampled']), ['sampled 0.7 4'])
  assert.deepEqual(made(['sampled'], { temperature: 0 }), ['greedy 0 1'])
  assert.deepEqual(made(['sampled', 'greedy'], { temperature: 0 }), ['greedy 0 1'])
})
