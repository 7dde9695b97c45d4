/**
 * What the parent and a sandbox process say to each other: JSON, one message a line.
 *
 * The parent believes nothing that comes back beyond its shape: `text` is what Python said, read as untrusted data.
 */
import type { Json, JsonObject } from '../core/json.ts'
import type { SandboxLimits } from './sandbox.ts'

export interface RunLimits {
  readonly cpuMs: number
  readonly memoryMb: number
  readonly maxOutputChars: number
}

/** In an interpreter a program's own time is its CPU time, which both limits bound. */
export function interpreterLimits({ cpuMs, wallMs, memoryMb, maxOutputChars }: SandboxLimits): RunLimits {
  return { cpuMs: Math.min(cpuMs, wallMs), memoryMb, maxOutputChars }
}

export type InterpreterRequest =
  | {
      readonly kind: 'advance'
      readonly slot: number
      /** Which run of the parent's; a slot that holds another's state is not to go on with. */
      readonly run: number
      /** Restore the slot first; the first message is then the start. */
      readonly isFresh: boolean
      /** CPU time that the run has used up in replays of its own making, in ms. */
      readonly usedMs: number
      readonly seed: number
      readonly messages: readonly JsonObject[]
      readonly limits: RunLimits
    }
  | {
      readonly kind: 'code'
      readonly code: string
      readonly call: string | null
      readonly seed: number
      readonly limits: RunLimits
    }
  | {
      readonly kind: 'check'
      readonly code: string
      readonly entryPoint: string
      readonly tests: readonly string[]
      readonly seed: number
      readonly limits: RunLimits
      /** CPU time of all tests together; those that are left then are not tried. */
      readonly totalMs: number
    }
  | { readonly kind: 'compile'; readonly code: string; readonly limits: RunLimits }

/** How a call into an interpreter ended; for `advance`, `text` is a JSON list of the texts of its steps. */
export type Ended =
  | {
      readonly kind: 'value'
      readonly text: string
      readonly refused: readonly string[]
      /** The workflow waits in the middle of a step, which cannot be kept: it continues by replay. */
      readonly isBlocked?: boolean
      /** CPU time of these steps, in ms, where it is blocked. */
      readonly usedMs?: number
    }
  | { readonly kind: 'deadline' | 'output' | 'memory' | 'recursion' }
  | { readonly kind: 'violation'; readonly what: string }
  | { readonly kind: 'trapped'; readonly message: string }

/**
 * Processes that a request is put to while they die over it. The first may have died of something else (the system was out
 * of memory, someone killed it); a program that crashes its process does so again.
 */
export const maxAttempts = 2

/** How far a check has come. */
export type Progress =
  | { readonly kind: 'loaded'; readonly id: number }
  /** One test has ended; `usedMs` is the CPU time of the check so far. */
  | { readonly kind: 'test'; readonly id: number; readonly ended: Ended; readonly usedMs: number }

export type Response =
  | { readonly kind: 'ready' }
  /** The process will be busy with itself (booting an interpreter), then with the job again. */
  | { readonly kind: 'busy' | 'resumed'; readonly id: number }
  | Progress
  | { readonly kind: 'done'; readonly id: number; readonly ended: Ended }

export type Numbered = InterpreterRequest & { readonly id: number }

/** What `step` of the harness returns, once validated. */
export interface StepReport {
  readonly calls: readonly { readonly index: number; readonly operator: string; readonly args: JsonObject }[]
  readonly cancelled: readonly number[]
  readonly end: ProgramEnd | null
}

export type ProgramEnd =
  | { readonly kind: 'returned'; readonly value: Json; readonly stdout: string }
  | {
      readonly kind: 'raised'
      readonly error: { readonly type: string; readonly message: string; readonly line: number | null }
      readonly stdout: string
    }
