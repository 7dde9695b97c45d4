/** What happened to one completion: the record that the journal keeps and the rewards are computed from. */
import type { Failure } from '../../core/failure.ts'
import type { OperatorRecord } from '../operators/index.ts'
import type { Repair } from '../repair/index.ts'
import type { FindingKind, Severity } from '../validate/index.ts'

export interface FindingRecord {
  readonly kind: FindingKind
  readonly severity: Severity
  readonly line: number
  readonly message: string
}

/** The fallback workflow's run, in place of a program that could not run. */
export interface FallbackRecord {
  /** '' when it failed as well. */
  readonly prediction: string
  readonly operators: readonly OperatorRecord[]
}

export interface WorkflowAttempt {
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
  readonly repairs: readonly Repair[]
  /** Rules with a penalty that were broken, in the text or while it ran. */
  readonly violations: number
  /** Calls of the policy's own program. */
  readonly operators: readonly OperatorRecord[]
  readonly fallback: FallbackRecord | null
  readonly failures: readonly Failure[]
}

/**
 * Calls of the policy's own operators that the executor answered, each once however often the client sent it: what
 * `rewards.callPrice` is taken for, and what accuracy is set against. Neither the judge's nor the fallback's are among them.
 */
export function answeredCalls({ operators }: Pick<WorkflowAttempt, 'operators'>): number {
  return operators.reduce((sum, { llmCalls, failedLlmCalls }) => sum + llmCalls - failedLlmCalls, 0)
}
