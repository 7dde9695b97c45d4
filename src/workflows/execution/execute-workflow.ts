/**
 * From a completion's text to a prediction: parse, validate, repair, run in the sandbox. CPython's own compile is the
 * sandbox's first act. A program that cannot run is replaced by the fallback workflow, where that is wanted, and says
 * why; it judges no answer and gives no reward.
 */
import type { Failure } from '../../core/failure.ts'
import type { Problem } from '../../core/problem.ts'
import type { FallbackRecord } from '../../core/rollout-outcome.ts'
import type { PythonAnalyzer } from '../../python/analysis/index.ts'
import type { ContractName } from '../contract/index.ts'
import { fallbackProgram } from '../programs/index.ts'
import { readAnywhere } from '../reading/index.ts'
import type { RepairedProgram } from '../repair/index.ts'
import type { Validation } from '../validate/index.ts'
import type { WorkflowAttempt } from './attempt.ts'
import { invalidFailure } from './program-failure.ts'
import { contractProgram, type ExecutionContext, type RunDeps, runProgram } from './run-program.ts'

export interface ExecutionDeps extends RunDeps {
  readonly analyzer: PythonAnalyzer
  /** Whether the fallback workflow answers where the program cannot. Its answer earns nothing: leave it off in training. */
  readonly runFallback: boolean
  /** Which operators the policy was offered. Default `full`. */
  readonly contract?: ContractName
}

export interface WorkflowTask {
  readonly completionText: string
  readonly problem: Problem
  readonly deps: ExecutionDeps
}

/** Rejects only on abort or on a programmer's mistake. */
export async function executeWorkflow(task: WorkflowTask, context: ExecutionContext): Promise<WorkflowAttempt> {
  const { problem, deps } = task
  const completion = { text: task.completionText, problemType: problem.type, contract: deps.contract }
  const found = await readAnywhere(completion, deps.analyzer)
  context.signal.throwIfAborted()
  if (found.kind === 'failure') {
    const unread = { program: null, isValid: false, findings: [], repairs: [], violations: 0, operators: [] }
    return await withFallback({ outcome: 'unreadable', ...unread, failures: [found.failure] }, task, context)
  }
  const { validation, repaired } = found
  const read = readingOf(validation, repaired)
  if (!repaired.validation.isValid) {
    const failures = [invalidFailure(repaired.validation), ...read.failures]
    return await withFallback({ outcome: 'failed', ...read, operators: [], failures }, task, context)
  }
  const ran = await runProgram(contractProgram(repaired.code, problem, context), { problem, deps }, context)
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

/** What reading the program's text shows; rules broken in it are failures of the policy. */
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

type Unanswered = Omit<WorkflowAttempt, 'prediction' | 'usedFallback' | 'fallback'>

async function withFallback(
  attempt: Unanswered,
  { problem, deps }: WorkflowTask,
  context: ExecutionContext,
): Promise<WorkflowAttempt> {
  // With the executor gone there is nothing that could answer in its place.
  if (!deps.runFallback || attempt.outcome === 'unavailable')
    return { ...attempt, prediction: null, usedFallback: false, fallback: null }
  const own: ExecutionContext = { key: [...context.key, 'fallback'], signal: context.signal }
  const ran = await runProgram(contractProgram(fallbackProgram(problem.type), problem, own), { problem, deps }, own)
  const fallback: FallbackRecord = { prediction: ran.prediction, operators: ran.operators }
  const failures = [...attempt.failures, ...ran.failures]
  return { ...attempt, prediction: ran.prediction, usedFallback: true, fallback, failures }
}
