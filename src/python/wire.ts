/**
 * What the parent and a sandbox process say to each other: JSON, one message a line.
 *
 * The parent believes nothing that comes back beyond its shape: `text` is what Python said, read as untrusted data.
 */
import type { Json, JsonObject } from '../core/json.ts'

export interface RunLimits {
  readonly cpuMs: number
  readonly memoryMb: number
  readonly maxOutputChars: number
}

export type Request =
  | {
      readonly kind: 'advance'
      readonly slot: number
      /** Restore the slot first; the first message is then the start. */
      readonly isFresh: boolean
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
      readonly wallMs: number
    }
  | { readonly kind: 'compile'; readonly code: string; readonly limits: RunLimits }

/** How a call into an interpreter ended; for `advance`, `text` is a JSON list of the texts of its steps. */
export type Ended =
  | { readonly kind: 'value'; readonly text: string; readonly refused: readonly string[] }
  | { readonly kind: 'deadline' | 'output' | 'memory' | 'recursion' }
  | { readonly kind: 'violation'; readonly what: string }
  | { readonly kind: 'trapped'; readonly message: string }

export type Response =
  | { readonly kind: 'ready' }
  /** The process will be busy with itself (booting an interpreter), then with the job again. */
  | { readonly kind: 'busy' | 'resumed'; readonly id: number }
  /** One test of a check has ended. */
  | { readonly kind: 'test'; readonly id: number; readonly ended: Ended }
  | { readonly kind: 'done'; readonly id: number; readonly ended: Ended }

export type Numbered = Request & { readonly id: number }

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
