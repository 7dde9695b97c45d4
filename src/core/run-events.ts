/**
 * What happens in a run, as data. There is one vocabulary: whatever works on a run records these events, the run store
 * keeps them in order, and the terminal, `baton show` and the live page read them. They hold facts, never sentences in a
 * language (a `notice` aside, which comes from below with its text). Field names are those of the stored JSON.
 */
import type { Agreement } from './agreement.ts'
import type { FindingChange } from './health/findings.ts'
import type { Json, JsonObject } from './json.ts'
import type { EvaluationRecord, RolloutPlace, SearchedWorkflow, StepRecord } from './records.ts'
import type { SignalForecast } from './signal-forecast.ts'

export interface DatasetManifest {
  readonly path: string
  /** `fingerprint` of the whole file. */
  readonly fingerprint: string
  readonly rows: number
}

export interface SettingChange {
  /** Dotted key, `training.learningRate`; `data.train (content)` where the file behind it changed. */
  readonly key: string
  readonly from: Json
  readonly to: Json
  /** It makes the steps before and after it incomparable, and was made all the same. */
  readonly isForced: boolean
}

export interface ConfigVersion {
  /** Steps that were done when it came to hold: it holds from the next one on. */
  readonly step: number
  readonly configHash: string
  readonly seed: number
  /** By split. */
  readonly datasets: Readonly<Record<string, DatasetManifest>>
  /** Against the version before; empty for the first. */
  readonly changes: readonly SettingChange[]
  readonly yaml: string
}

/** How a command's work on a run ended. */
export type Ending =
  | { readonly state: 'complete' }
  /** By the user (`interrupted`) or by a rule (`budget`, `low-signal`, ...). */
  | { readonly state: 'stopped'; readonly code: string }
  | { readonly state: 'failed'; readonly code: string; readonly message: string }

export interface RewardsRecord {
  /** Preset, or path of the module. */
  readonly composition: string
  readonly parts: Readonly<Record<string, { readonly range: readonly [number, number]; readonly weight: number }>>
  readonly range: readonly [number, number]
  /** Of the module; null for a preset. */
  readonly sha256: string | null
  /** What a right answer is worth more than a wrong one, and the dearest fine over it. */
  readonly gap: number
  readonly ratio: number
}

export interface JudgeTrialCounts {
  readonly asked: number
  readonly true: number
  readonly false: number
  readonly unscorable: number
}

/** What the judge said of known right and known wrong answers to the run's own problems. */
export interface JudgeTrialRecord {
  readonly model: string
  readonly right: JudgeTrialCounts
  readonly wrong: JudgeTrialCounts
  readonly maxFalseTrueRate: number
  readonly maxFalseFalseRate: number
  /** Of the judge's prompts. */
  readonly promptsSha256: string
}

/** What was measured of the judge before the run (`judge.calibration`). */
export interface JudgeCalibrationRecord {
  readonly model: string
  readonly promptsSha256: string
  /** Labelled pairs. */
  readonly pairs: number
  readonly judge: Agreement
  /** Exact scorers first, the judge for the rest. */
  readonly decided: Agreement
}

export type RunEvent =
  /** A command begins to work on the run, and ends. */
  | { readonly kind: 'run-begin' }
  | ({ readonly kind: 'run-end' } & Ending)
  /** The configuration that the next steps are made with. */
  | ({ readonly kind: 'config' } & ConfigVersion)
  /** The writer before did not end cleanly; calls that it had in flight count as interrupted. */
  | { readonly kind: 'recovered'; readonly pid: number; readonly since: string }
  | { readonly kind: 'interrupted-calls'; readonly calls: number }
  /** Steps and evaluations after this step are taken back: the events of them before this one no longer hold. */
  | { readonly kind: 'rewind'; readonly step: number }
  /** The training continues from the checkpoint of this step. */
  | { readonly kind: 'resume'; readonly step: number }
  /** Where nothing better than a count is known of an attempt, `place` is null; so is `total` while it is unknown. */
  | {
      readonly kind: 'rollout'
      /** What is in progress: `step 12`, an evaluation's label, `search`. */
      readonly label: string
      readonly done: number
      readonly total: number | null
      readonly place: RolloutPlace | null
    }
  | { readonly kind: 'step'; readonly record: StepRecord }
  /** Recorded again under the same label and step, it replaces the one before. */
  | { readonly kind: 'evaluation'; readonly record: EvaluationRecord }
  /** The evaluation that was `from` at this step is now `to`. */
  | { readonly kind: 'evaluation-rename'; readonly from: string; readonly to: string; readonly step: number }
  | { readonly kind: 'checkpoint'; readonly step: number }
  | { readonly kind: 'forecast'; readonly forecast: SignalForecast; readonly groupSize: number }
  /** A finding of the health rules begins to hold, becomes a warning, or is over. */
  | ({ readonly kind: 'finding' } & FindingChange)
  /** The fixed workflows that a search on training problems found, and that are measured beside the policy. */
  | { readonly kind: 'fixed-workflows'; readonly workflows: readonly SearchedWorkflow[] }
  /** A server says why a result is not there yet. */
  | {
      readonly kind: 'waiting'
      readonly operation: string
      readonly state: string
      readonly reason: string | null
      readonly waitedMs: number
    }
  | { readonly kind: 'notice'; readonly level: 'note' | 'warning'; readonly message: string }
  /** What rewards are made of, each time that the run is taken up. */
  | ({ readonly kind: 'rewards' } & RewardsRecord)
  | ({ readonly kind: 'judge-trial' } & JudgeTrialRecord)
  | ({ readonly kind: 'judge-calibration' } & JudgeCalibrationRecord)
  /** A collection of demonstrations is whole. */
  | { readonly kind: 'collected'; readonly collection: JsonObject }

export type EventKind = RunEvent['kind']

/** Of a kind that this version of Baton does not know. */
export interface UnknownEvent {
  readonly kind: 'unknown'
  readonly name: string
  readonly data: Json
}

/** An event as the run store keeps it. */
export type RecordedEvent = (RunEvent | UnknownEvent) & {
  /** Ascending within a run, from 1; may leave numbers out. */
  readonly id: number
  /** ISO 8601; null for a step or evaluation that a version before event records made. */
  readonly at: string | null
}
