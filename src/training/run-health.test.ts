import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FindingChange } from '../core/health/findings.ts'
import type { Json } from '../core/json.ts'
import type { EvaluationRecord, StepRecord } from '../core/records.ts'
import type { TrainingEvent } from './observer.ts'
import { tellFindings, watchRun } from './run-health.ts'

function bench() {
  const events: { at: string; kind: string; data: Json }[] = []
  const steps: StepRecord[] = []
  const evaluations: EvaluationRecord[] = []
  const shown: FindingChange[] = []
  const store = {
    event: (kind: string, data: Json) => {
      events.push({ at: '', kind, data })
    },
    events: () => [...events],
    steps: () => [...steps],
    evaluations: () => [...evaluations],
  }
  const observer = (event: TrainingEvent): void => {
    if (event.kind === 'finding') shown.push(event.change)
  }
  return { events, steps, evaluations, shown, store, observer }
}

const wrong = (step: number): StepRecord => ({ version: 1, step, metrics: { accuracy: 0, 'accuracy/n': 16 } })

test('a finding is shown and recorded at the step at which it begins, and not again when the run is resumed', () => {
  const { events, steps, shown, store, observer } = bench()
  const health = watchRun(store, observer)
  for (let step = 1; step <= 4; step++) {
    steps.push(wrong(step))
    health.step(wrong(step))
  }
  assert.deepEqual(
    shown.map(({ state, episode }) => [state, episode.finding.code, episode.from]),
    [['begins', 'hardly-right', 3]],
  )
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['finding'],
  )
  const resumed = watchRun(store, observer)
  steps.push(wrong(5))
  resumed.step(wrong(5))
  assert.equal(shown.length, 1)
})

test('what is found before the first step is shown each time and recorded once', () => {
  const { events, shown, store, observer } = bench()
  const finding = {
    code: 'few-training-problems',
    level: 'warning',
    facts: { problems: 1, problemsPerStep: 4 },
  } as const
  tellFindings([finding], store, observer)
  tellFindings([finding], store, observer)
  assert.equal(shown.length, 2)
  assert.equal(events.length, 1)
  assert.deepEqual(events[0]?.data, { version: 1, state: 'begins', episode: { finding, from: 0, to: null } })
})

test('an evaluation before the first step can show that the simulator guesses', () => {
  const { evaluations, shown, store, observer } = bench()
  const health = watchRun(store, observer)
  const metrics = { 'simulator/unknown_problem_rate': 1, 'accuracy/n': 8 }
  const greedy = { decoding: 'greedy', temperature: 0 } as const
  evaluations.push({ version: 1, label: 'before', step: 0, split: 'validation', ...greedy, metrics, outcomes: [] })
  health.evaluated()
  health.evaluated()
  assert.deepEqual(
    shown.map(({ episode }) => episode.finding.code),
    ['simulator-unknown'],
  )
})
