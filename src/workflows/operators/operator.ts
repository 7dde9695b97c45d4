/** What an operator is: arguments in, a typed dict out, asking the executor and the sandbox on the way. */
import type { JsonObject } from '../../core/json.ts'
import type { Problem } from '../../core/problem.ts'
import type { Sandbox, SandboxLimits } from '../../python/sandbox.ts'

/** What one operator call has at hand. */
export interface OperatorSession {
  readonly problem: Problem
  readonly sandbox: Sandbox
  /** Of code that Programmer and Test run. */
  readonly limits: SandboxLimits
  /** Seeds the code that this call runs. */
  readonly seed: number
  readonly signal: AbortSignal
  /** One user message to the executor, its reply's text. Throws `ExecutorFailed` when the executor failed for good. */
  ask(prompt: string): Promise<string>
  /** Notes that a reply had not the form it was asked for; what could be read of it is used. */
  noteMalformed(): void
  /** Notes that the program broke a rule; the call continues. */
  violate(code: string, message: string): void
}

/** Returns the keys that the contract declares. Throws `OperatorRefused` for arguments it can do nothing with. */
export type Operator = (args: JsonObject, session: OperatorSession) => Promise<JsonObject>

/** The executor failed after all its tries: the operator has no result. */
export class ExecutorFailed extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'ExecutorFailed'
    this.code = code
  }
}

/** The program's arguments make no sense to the operator; the program gets the message as an exception. */
export class OperatorRefused extends Error {
  /** Of the failure that it counts as, boundary `policy`; null where it only raises. */
  readonly code: string | null

  constructor(message: string, code: string | null = null) {
    super(message)
    this.code = code
  }
}
