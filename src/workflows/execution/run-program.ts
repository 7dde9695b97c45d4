/** One program in the sandbox with the operators of one problem: what it answered, what it called, what went wrong. */
import type { Failure } from '../../core/failure.ts'
import { type Problem, problemText } from '../../core/problem.ts'
import { hashKey, type RandomKey } from '../../core/random.ts'
import type { OperatorRecord } from '../../core/rollout-outcome.ts'
import { serviceFailureOf } from '../../core/service-failures.ts'
import type { ChatModel } from '../../llm/chat-model.ts'
import type { Sandbox, SandboxLimits, WorkflowProgram } from '../../python/sandbox.ts'
import { operatorSignatures, workflowClass } from '../contract/index.ts'
import { createOperators } from '../operators/index.ts'
import { predictionOf } from './prediction.ts'
import { stopFailure } from './program-failure.ts'

export interface RunDeps {
  readonly executor: ChatModel
  readonly sandbox: Sandbox
  readonly limits: SandboxLimits
  /** Milliseconds, for durations. */
  readonly now: () => number
}

export interface ExecutionContext {
  /** The rollout's key. */
  readonly key: RandomKey
  readonly signal: AbortSignal
}

export interface ProgramRun {
  /** `unavailable`: the executor or the sandbox failed for good, which is not the program's fault. */
  readonly outcome: 'answered' | 'failed' | 'unavailable'
  /** '' unless it answered. */
  readonly prediction: string
  readonly operators: readonly OperatorRecord[]
  readonly failures: readonly Failure[]
  /** Rules that it was seen to break while it ran. */
  readonly violations: readonly Failure[]
}

/** A program of the contract, as the sandbox takes it. */
export function contractProgram(code: string, problem: Problem, { key }: ExecutionContext): WorkflowProgram {
  return {
    code,
    className: workflowClass.name,
    init: { name: 'workflow', dataset: problem.source },
    callArgs: { problem: problemText(problem), entry_point: problem.entryPoint ?? null },
    operators: operatorSignatures,
    seed: hashKey([...key, 'workflow']),
  }
}

/** Rejects only on abort or on a programmer's mistake. */
export async function runProgram(
  program: WorkflowProgram,
  { problem, deps }: { readonly problem: Problem; readonly deps: RunDeps },
  { key, signal }: ExecutionContext,
): Promise<ProgramRun> {
  const { executor, sandbox, limits, now } = deps
  const operators = createOperators({ executor, sandbox, problem, limits, key, now })
  const result = await sandbox.runWorkflow(program, operators.perform, limits, signal)
  signal.throwIfAborted()
  const mistake = operators.mistake()
  if (mistake !== undefined) throw mistake
  const records = operators.records()
  const failures = operators.failures()
  const run = { operators: records, violations: operators.violations() }
  // Whatever the program made of it: with a call lost to a service, its answer says nothing of the program.
  if (serviceFailureOf(failures) !== null) return { outcome: 'unavailable', prediction: '', ...run, failures }
  if (result.kind === 'returned')
    return { outcome: 'answered', prediction: predictionOf(result.value), ...run, failures }
  return {
    outcome: result.kind === 'aborted' ? 'unavailable' : 'failed',
    prediction: '',
    ...run,
    failures: [...failures, stopFailure(result, records.length > 0)],
  }
}
