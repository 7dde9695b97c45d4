/**
 * What happened to a completion, as its environment records it: one type for each environment and version. The run store
 * writes and reads them; metrics, reports and `baton show` use the types.
 */
import type { Failure } from './failure.ts'
import type { JsonObject } from './json.ts'
import type { Verdict } from './reward.ts'

export type RolloutOutcome = WorkflowOutcome | DemonstrationOutcome | OtherOutcome

/** A program was written and run. */
export interface WorkflowOutcome {
  readonly environment: 'workflows'
  readonly version: 1
  /**
   * `answered`: the program returned. `unreadable`: the completion holds no program. `failed`: the program cannot run
   * (invalid, raised, stopped). `unavailable`: the executor or the sandbox failed for good, which is not the program's fault.
   */
  readonly outcome: 'answered' | 'unreadable' | 'failed' | 'unavailable'
  /** Null unless a program answered, its own or the fallback. */
  readonly prediction: string | null
  readonly usedFallback: boolean
  /** As run, repairs included; null when there is none. */
  readonly program: string | null
  /** Valid as written, before any repair. */
  readonly isValid: boolean
  /** Of the program as written. */
  readonly findings: readonly FindingRecord[]
  readonly repairs: readonly RepairRecord[]
  /** Rules with a penalty that were broken, in the text or while it ran. */
  readonly violations: number
  /** Calls of the policy's own program. */
  readonly operators: readonly OperatorRecord[]
  readonly fallback: FallbackRecord | null
  /** null where there was no answer of its own to decide on. */
  readonly correctness: CorrectnessRecord | null
  /** What the simulator as executor knew; null where it was a real server. */
  readonly simulator: SimulatorMarks | null
}

/** Examples were picked and shown to the model that answers. */
export interface DemonstrationOutcome {
  readonly environment: 'demonstrations'
  readonly version: 1
  /** `unavailable`: the answering model failed. */
  readonly outcome: 'answered' | 'unavailable'
  /** Ids in pick order. */
  readonly demonstrations: readonly string[]
  readonly prediction: string | null
  /** Before the answer was cut out of it; null where there was none. */
  readonly rawGeneration: string | null
  /** Share of the annotators who agree, 0..1; null where there was no answer. */
  readonly accuracy: number | null
}

/** Of an environment that is not known here, or of a newer version: its name, and its record as it is stored. */
export interface OtherOutcome {
  readonly environment: 'other'
  /** '' where the record does not say. */
  readonly outcome: string
  /** With its own `environment` and `version`. */
  readonly data: JsonObject
}

export interface FindingRecord {
  readonly kind: string
  readonly severity: 'error' | 'violation' | 'note'
  readonly line: number
  readonly message: string
}

export interface RepairRecord {
  readonly kind: string
  /** What it costs, as a multiple of the reward `rewards.repair`. */
  readonly weight: number
  /** 1-based, in the code before the round of repairs it belongs to. */
  readonly line: number
  /** Whole lines. */
  readonly before: string
  readonly after: string
  /** Kind of the finding that it is for. */
  readonly finding: string
}

/** The fallback workflow's run, in place of a program that could not run. */
export interface FallbackRecord {
  /** '' when it failed as well. */
  readonly prediction: string
  readonly operators: readonly OperatorRecord[]
}

/** One operator call. All but `timing` depends on key and replies only. */
export interface OperatorRecord {
  readonly index: number
  readonly operator: string
  /** Values as text, shortened. */
  readonly args: Readonly<Record<string, string>>
  readonly outcome: 'returned' | 'failed' | 'abandoned'
  /** The result's values as text, shortened; null without one. */
  readonly result: Readonly<Record<string, string>> | null
  readonly message: string | null
  readonly llmCalls: number
  /** Of those that ended, their records in the journal, in order: whole prompts and replies. */
  readonly callKeys: readonly string[]
  readonly failedLlmCalls: number
  /** Replies without the form that was asked for, read as well as could be. */
  readonly malformedReplies: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number
  readonly timing: { readonly durationMs: number }
}

/** Who decided whether the answer is right, and how. */
export interface CorrectnessRecord {
  readonly verdict: Verdict
  readonly reason: string
  readonly scorer: 'gate' | 'math' | 'tests' | 'match' | 'judge'
  /** null when the judge was not needed. */
  readonly judged: JudgeGrade | null
  /** What the exact scorer says where the judge decided and both apply; absent elsewhere. */
  readonly exact?: 'true' | 'false'
}

export interface JudgeGrade {
  readonly verdict: Verdict
  readonly reason: string
  /** Calls that were made, those that failed included; 0 when the gate decided. */
  readonly calls: number
  /** Of their records in the journal, in order. */
  readonly callKeys: readonly string[]
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number
  /** Of boundary `judge`; null when there was a verdict. */
  readonly failure: Failure | null
}

export interface SimulatorMarks {
  /** Replies to problems that the simulator knew, and to those that it guessed at. */
  readonly known: number
  readonly guessed: number
}
