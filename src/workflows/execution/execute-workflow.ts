/**
 * From a completion's text to a prediction: parse, validate, repair, run in the sandbox. CPython's own compile is the
 * sandbox's first act. A program that cannot run is replaced by the fallback workflow, where that is wanted, and says
 * why; it judges no answer and gives no reward.
 */
import type { Failure } from '../../core/failure.ts'
import { type Problem, problemText } from '../../core/problem.ts'
import { hashKey, type RandomKey } from '../../core/random.ts'
import type { ChatModel } from '../../llm/chat-model.ts'
import type { PythonAnalyzer } from '../../python/analysis/index.ts'
import type { Sandbox, SandboxLimits } from '../../python/sandbox.ts'
import { type ContractName, operatorSignatures, workflowClass } from '../contract/index.ts'
import { createOperators, type OperatorRecord } from '../operators/index.ts'
import { parseCompletion } from '../parse/index.ts'
import { fallbackProgram } from '../programs/index.ts'
import { type RepairedProgram, repairProgram } from '../repair/index.ts'
import { type Validation, validateProgram } from '../validate/index.ts'
import type { FallbackRecord, WorkflowAttempt } from './attempt.ts'
import { predictionOf } from './prediction.ts'
import { invalidFailure, stopFailure } from './program-failure.ts'

export interface ExecutionDeps {
  readonly executor: ChatModel
  readonly sandbox: Sandbox
  readonly analyzer: PythonAnalyzer
  readonly limits: SandboxLimits
  /** Whether the fallback workflow answers where the program cannot. Its answer earns nothing: leave it off in training. */
  readonly runFallback: boolean
  /** Which operators the policy was offered. Default `full`. */
  readonly contract?: ContractName
  /** Milliseconds, for durations. */
  readonly now: () => number
}

export interface ExecutionContext {
  /** The rollout's key. */
  readonly key: RandomKey
  readonly signal: AbortSignal
}

export interface WorkflowTask {
  readonly completionText: string
  readonly problem: Problem
  readonly deps: ExecutionDeps
}

/** Rejects only on abort or on a programmer's mistake. */
export async function executeWorkflow(task: WorkflowTask, context: ExecutionContext): Promise<WorkflowAttempt> {
  const { problem, deps } = task
  const parsed = parseCompletion(task.completionText, problem.type)
  if (parsed.kind === 'failure') {
    const unread = { program: null, isValid: false, findings: [], repairs: [], violations: 0, operators: [] }
    return await withFallback({ outcome: 'unreadable', ...unread, failures: [parsed.failure] }, task, context)
  }
  const validation = validateProgram(parsed.code, problem.type, deps.analyzer, deps.contract)
  const repaired = repairProgram(parsed.code, validation, deps.analyzer)
  const read = readingOf(validation, repaired)
  if (!repaired.validation.isValid) {
    const failures = [invalidFailure(repaired.validation), ...read.failures]
    return await withFallback({ outcome: 'failed', ...read, operators: [], failures }, task, context)
  }
  const ran = await runProgram(repaired.code, problem, deps, context)
  const isNew = !read.failures.some((failure) => ran.violations.some(({ code }) => code === failure.code))
  const attempt = {
    ...read,
    violations: read.violations + (isNew ? ran.violations.length : 0),
    operators: ran.operators,
    failures: [...read.failures, ...(isNew ? ran.violations : []), ...ran.failures],
  }
  if (ran.outcome === 'answered')
    return { outcome: 'answered', prediction: ran.prediction, usedFallback: false, fallback: null, ...attempt }
  return await withFallback({ outcome: ran.outcome, ...attempt }, task, context)
}

/** What reading the program's text tells; rules broken in it are failures of the policy. */
function readingOf(validation: Validation, { code, repairs }: RepairedProgram) {
  const broken = validation.findings.filter((finding) => finding.severity === 'violation')
  const failures = [...new Map(broken.map((finding) => [finding.kind, finding])).values()].map(
    ({ kind, message }): Failure => ({ boundary: 'policy', code: kind, message }),
  )
  return {
    program: code,
    isValid: validation.isValid,
    findings: validation.findings.map(({ kind, severity, line, message }) => ({ kind, severity, line, message })),
    repairs,
    violations: broken.length,
    failures,
  }
}

interface ProgramRun {
  readonly outcome: 'answered' | 'failed' | 'unavailable'
  readonly prediction: string
  readonly operators: readonly OperatorRecord[]
  readonly failures: readonly Failure[]
  readonly violations: readonly Failure[]
}

async function runProgram(
  code: string,
  problem: Problem,
  deps: ExecutionDeps,
  { key, signal }: ExecutionContext,
): Promise<ProgramRun> {
  const { executor, sandbox, limits, now } = deps
  const operators = createOperators({ executor, sandbox, problem, limits, key, now })
  const result = await sandbox.runWorkflow(
    {
      code,
      className: workflowClass.name,
      init: { name: 'workflow', dataset: problem.source },
      callArgs: { problem: problemText(problem), entry_point: problem.entryPoint ?? null },
      operators: operatorSignatures,
      seed: hashKey([...key, 'workflow']),
    },
    operators.perform,
    limits,
    signal,
  )
  signal.throwIfAborted()
  const mistake = operators.mistake()
  if (mistake !== undefined) throw mistake
  const records = operators.records()
  const failures = operators.failures()
  const run = { operators: records, violations: operators.violations() }
  if (result.kind === 'returned')
    return { outcome: 'answered', prediction: predictionOf(result.value), ...run, failures }
  // A prompt that the program made too long is the program's doing; every other failed call is the server's.
  const isServerAtFault = failures.some(({ code: name }) => name !== 'context-overflow')
  return {
    outcome: isServerAtFault || result.kind === 'aborted' ? 'unavailable' : 'failed',
    prediction: '',
    ...run,
    failures: [...failures, stopFailure(result, records.length > 0)],
  }
}

type Unanswered = Omit<WorkflowAttempt, 'prediction' | 'usedFallback' | 'fallback'>

async function withFallback(
  attempt: Unanswered,
  { problem, deps }: WorkflowTask,
  context: ExecutionContext,
): Promise<WorkflowAttempt> {
  // With the executor gone there is nothing that could answer in its place.
  if (!deps.runFallback || attempt.outcome === 'unavailable')
    return { ...attempt, prediction: null, usedFallback: false, fallback: null }
  const ran = await runProgram(fallbackProgram(problem.type), problem, deps, {
    key: [...context.key, 'fallback'],
    signal: context.signal,
  })
  const fallback: FallbackRecord = { prediction: ran.prediction, operators: ran.operators }
  const failures = [...attempt.failures, ...ran.failures]
  return { ...attempt, prediction: ran.prediction, usedFallback: true, fallback, failures }
}
