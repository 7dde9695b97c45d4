/** Findings of the health rules while a run goes on: shown as they begin and end, and left in the run as events. */
import { type FindingChange, findingEvent, type HealthFinding } from '../core/health/findings.ts'
import { createHealthWatch } from '../core/health/watch.ts'
import type { Json } from '../core/json.ts'
import type { StepRecord } from '../core/records.ts'
import type { RunStore } from '../runs/index.ts'
import type { TrainingObserver } from './observer.ts'

type Store = Pick<RunStore, 'event' | 'events' | 'steps' | 'evaluations'>

/** What was found before the first step: shown each time the run is taken up, recorded once. */
export function tellFindings(findings: readonly HealthFinding[], store: Store, observer: TrainingObserver): void {
  report(
    findings.map((finding) => ({ state: 'begins', episode: { finding, from: 0, to: null } })),
    store,
    observer,
  )
}

export interface RunHealth {
  /** After the evaluations before the first step were recorded. */
  evaluated(): void
  /** After a step was recorded. */
  step(record: StepRecord): void
}

export function watchRun(store: Store, observer: TrainingObserver): RunHealth {
  const watch = createHealthWatch()
  const evaluate = (): FindingChange[] =>
    store.evaluations().flatMap(({ step, metrics }) => (step === 0 ? watch.evaluation(metrics) : []))
  // Of steps that are done everything was said.
  const steps = store.steps()
  if (steps.length > 0) evaluate()
  for (const step of steps) watch.step(step)
  return {
    evaluated: () => report(evaluate(), store, observer),
    step: (record) => report(watch.step(record), store, observer),
  }
}

function report(changes: readonly FindingChange[], store: Store, observer: TrainingObserver): void {
  if (changes.length === 0) return
  const known = new Set(
    store.events().flatMap(({ kind, data }) => (kind === findingEvent ? [JSON.stringify(data)] : [])),
  )
  for (const change of changes) {
    const data = { version: 1, ...change } as unknown as Json
    // A step that is done again after a crash finds the same.
    if (!known.has(JSON.stringify(data))) store.event(findingEvent, data)
    observer({ kind: 'finding', change })
  }
}
