/** Findings of the health rules while a run is trained, recorded as they begin and end. */
import type { FindingChange, HealthFinding } from '../core/health/findings.ts'
import { createHealthWatch } from '../core/health/watch.ts'
import type { StepRecord } from '../core/records.ts'
import type { RunStore } from '../runs/index.ts'

type Store = Pick<RunStore, 'event' | 'steps' | 'evaluations'>

/** What was found before the first step, each time that the run is taken up. */
export function recordFindings(findings: readonly HealthFinding[], store: Pick<RunStore, 'event'>): void {
  record(
    findings.map((finding) => ({ state: 'begins', episode: { finding, from: 0, to: null } })),
    store,
  )
}

export interface RunHealth {
  /** After the evaluations before the first step were recorded. */
  evaluated(): void
  /** After a step was recorded. */
  step(record: StepRecord): void
}

export function watchRun(store: Store): RunHealth {
  const watch = createHealthWatch()
  const evaluate = (): FindingChange[] =>
    store.evaluations().flatMap(({ step, metrics }) => (step === 0 ? watch.evaluation(metrics) : []))
  // What the steps that are done show is recorded.
  const steps = store.steps()
  if (steps.length > 0) evaluate()
  for (const step of steps) watch.step(step)
  return {
    evaluated: () => record(evaluate(), store),
    step: (step) => record(watch.step(step), store),
  }
}

function record(changes: readonly FindingChange[], store: Pick<RunStore, 'event'>): void {
  for (const change of changes) store.event({ kind: 'finding', ...change })
}
