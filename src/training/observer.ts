/** What the loop tells whoever watches: the command line's progress, a live page, a test. */
import type { FindingChange } from '../core/health/findings.ts'
import type { EvaluationRecord, SearchedWorkflow, StepRecord } from '../core/records.ts'
import type { SignalForecast } from '../core/signal-forecast.ts'

export type TrainingEvent =
  | {
      readonly kind: 'rollout'
      readonly label: string
      readonly done: number /** null while nobody knows. */
      readonly total: number | null
    }
  | { readonly kind: 'step'; readonly record: StepRecord; readonly totalSteps: number }
  | { readonly kind: 'evaluation'; readonly record: EvaluationRecord }
  /** The fixed workflows that a search on training problems found, and that are measured beside the policy. */
  | { readonly kind: 'fixed-workflows'; readonly workflows: readonly SearchedWorkflow[] }
  | { readonly kind: 'forecast'; readonly forecast: SignalForecast; readonly groupSize: number }
  | { readonly kind: 'checkpoint'; readonly step: number }
  /** A finding of the health rules begins to hold, becomes a warning, or is over. */
  | { readonly kind: 'finding'; readonly change: FindingChange }
  | { readonly kind: 'resume'; readonly step: number }
  /** A server says why a result is not there yet. */
  | {
      readonly kind: 'waiting'
      readonly operation: string
      readonly state: string
      readonly reason: string | null
      readonly waitedMs: number
    }
  | { readonly kind: 'notice'; readonly level: 'note' | 'warning'; readonly message: string }

export type TrainingObserver = (event: TrainingEvent) => void
