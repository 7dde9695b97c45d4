/**
 * The sandbox contract: model-written Python runs behind it and nowhere else. Programs are data in, outcomes are data
 * out; operator calls come out as data and are answered by TypeScript, which alone counts calls, tokens and dollars.
 */
import type { Json, JsonObject } from '../core/json.ts'

export interface SandboxLimits {
  /** CPU time of one program (not waiting for operators); in a check, of each test. */
  readonly cpuMs: number
  /**
   * One program's own time, without its waiting for operators: CPU time in an interpreter, wall time on the system's
   * Python. In a check, of all tests together.
   */
  readonly wallMs: number
  readonly memoryMb: number
  readonly maxOutputChars: number
  readonly maxOperatorCalls: number
  /** Input and output tokens of a workflow's operators together, as their replies report. Default: no limit. */
  readonly maxOperatorTokens?: number
  /** What a workflow's operators may cost. Default: no limit. */
  readonly maxOperatorCostUsd?: number
}

/** What the interpreter must know of an operator to check a call: positional order and what is required. */
export interface OperatorSignature {
  readonly name: string
  readonly parameters: readonly { readonly name: string; readonly isRequired: boolean }[]
}

export interface OperatorCall {
  /** 1, 2, ... in the order the program made them. */
  readonly index: number
  /** Operator name, or `llm` for a bare `await self.llm(prompt)`. */
  readonly operator: string
  readonly args: JsonObject
}

export type OperatorReply =
  | {
      readonly kind: 'returned'
      readonly value: Json
      readonly costUsd: number
      readonly inputTokens: number
      readonly outputTokens: number
    }
  /** Raised inside the program as RuntimeError(message). What it cost all the same counts. */
  | {
      readonly kind: 'failed'
      readonly message: string
      readonly costUsd?: number
      readonly inputTokens?: number
      readonly outputTokens?: number
    }
  /** The program is stopped: what it computes from here on would not count (executor dead, budget gone). */
  | { readonly kind: 'abort'; readonly message: string }

export interface PythonError {
  readonly type: string
  readonly message: string
  /** Line in the program, 1-based, where known. */
  readonly line: number | null
}

/** How any run in the sandbox can end without a value. */
export type SandboxStop =
  | { readonly kind: 'raised'; readonly error: PythonError; readonly stdout: string }
  | { readonly kind: 'deadline'; readonly limit: 'cpu' | 'wall' }
  | { readonly kind: 'memory' }
  | { readonly kind: 'output' }
  | { readonly kind: 'operator-calls' }
  /** Its operators used more tokens or dollars than it may. */
  | { readonly kind: 'spend'; readonly limit: 'tokens' | 'cost' }
  /** A denied import, file, process or network call. */
  | { readonly kind: 'violation'; readonly what: string }
  | { readonly kind: 'aborted'; readonly message: string }
  /** The child process died and was replaced, or the interpreter trapped and was restored. */
  | { readonly kind: 'crashed'; readonly message: string }

export interface WorkflowProgram {
  readonly code: string
  readonly className: string
  /** Arguments of the constructor and of `__call__`. */
  readonly init: { readonly name: string; readonly dataset: string }
  readonly callArgs: JsonObject
  readonly operators: readonly OperatorSignature[]
  /** String constants of the prompt module that the program may import. Default: none. */
  readonly prompts?: Readonly<Record<string, string>>
  /** Seeds `random` and the virtual clock of this run. */
  readonly seed: number
}

export type WorkflowResult =
  /** `value` is what `__call__` returned, tuples as lists; the cost in it is the program's claim and is ignored. */
  { readonly kind: 'returned'; readonly value: Json; readonly stdout: string } | SandboxStop

export interface CodeProgram {
  readonly code: string
  /** Called without arguments after the code ran; its value comes back as `str(value)`. */
  readonly call?: string
  readonly seed: number
}

export type CodeResult = { readonly kind: 'returned'; readonly value: string; readonly stdout: string } | SandboxStop

export interface CodeCheck {
  readonly code: string
  readonly entryPoint: string
  /** As `Problem.hiddenTests`: each is run on its own, in an interpreter apart from the candidate's. */
  readonly tests: readonly string[]
  readonly seed: number
}

export type TestOutcome = {
  readonly test: string
  readonly isPassed: boolean
  readonly error: PythonError | null
  readonly stop: SandboxStop['kind'] | null
}

export type CheckResult =
  /** The candidate loaded and each test was tried. */
  | { readonly kind: 'checked'; readonly outcomes: readonly TestOutcome[]; readonly isPassed: boolean }
  /** The candidate itself did not load. */
  | SandboxStop

export interface Sandbox {
  runWorkflow(
    program: WorkflowProgram,
    perform: (call: OperatorCall, signal: AbortSignal) => Promise<OperatorReply>,
    limits: SandboxLimits,
    signal?: AbortSignal,
  ): Promise<WorkflowResult>
  runCode(program: CodeProgram, limits: SandboxLimits, signal?: AbortSignal): Promise<CodeResult>
  checkCode(check: CodeCheck, limits: SandboxLimits, signal?: AbortSignal): Promise<CheckResult>
  /** CPython's own `compile`: null when the source is a valid module, else the error. */
  compile(code: string, signal?: AbortSignal): Promise<PythonError | null>
  /** Runs under way end as aborted, later ones reject. Closed again, it does nothing. */
  close(): Promise<void>
}
