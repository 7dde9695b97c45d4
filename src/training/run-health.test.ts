import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EvaluationRecord, StepRecord } from '../core/records.ts'
import type { RunEvent } from '../core/run-events.ts'
import { recordFindings, watchRun } from './run-health.ts'

function bench() {
  const events: RunEvent[] = []
  const steps: StepRecord[] = []
  const evaluations: EvaluationRecord[] = []
  const store = {
    event: (event: RunEvent) => {
      events.push(event)
    },
    steps: () => [...steps],
    evaluations: () => [...evaluations],
  }
  return { events, steps, evaluations, store }
}

const wrong = (step: number): StepRecord => ({ version: 1, step, metrics: { accuracy: 0, 'accuracy/n': 16 } })

const codesOf = (events: readonly RunEvent[]): unknown[] =>
  events.map((event) => event.kind === 'finding' && [event.state, event.episode.finding.code, event.episode.from])

test('a finding is recorded at the step at which it begins, and not again when the run is resumed', () => {
  const { events, steps, store } = bench()
  const health = watchRun(store)
  for (let step = 1; step <= 4; step++) {
    steps.push(wrong(step))
    health.step(wrong(step))
  }
  assert.deepEqual(codesOf(events), [['begins', 'hardly-right', 3]])
  const resumed = watchRun(store)
  steps.push(wrong(5))
  resumed.step(wrong(5))
  assert.equal(events.length, 1)
})

test('what is found before the first step is recorded each time that the run is taken up', () => {
  const { events, store } = bench()
  const facts = { problems: 1, problemsPerStep: 4 }
  const finding = { code: 'few-training-problems', level: 'warning', facts } as const
  recordFindings([finding], store)
  recordFindings([finding], store)
  const change = { kind: 'finding', state: 'begins', episode: { finding, from: 0, to: null } }
  assert.deepEqual(events, [change, change])
})

test('an evaluation before the first step can show that the simulator guesses', () => {
  const { events, evaluations, store } = bench()
  const health = watchRun(store)
  const metrics = { 'simulator/unknown_problem_rate': 1, 'accuracy/n': 8 }
  const greedy = { decoding: 'greedy', temperature: 0 } as const
  evaluations.push({ version: 1, label: 'before', step: 0, split: 'validation', ...greedy, metrics, outcomes: [] })
  health.evaluated()
  health.evaluated()
  assert.deepEqual(codesOf(events), [['begins', 'simulator-unknown', 0]])
})
