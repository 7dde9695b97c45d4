/**
 * Workflows as an environment of the training loop: a completion is a program, its attempt a run against the executor,
 * its score what the scorer or the judge says of the answer, less penalties.
 */
import type { Failure } from '../core/failure.ts'
import type { Problem } from '../core/problem.ts'
import type { CallUsage } from '../core/records.ts'
import type { Score } from '../core/reward.ts'
import type { SimulatorMarks, WorkflowOutcome } from '../core/rollout-outcome.ts'
import { serviceFailureOf } from '../core/service-failures.ts'
import type { Tokenizer } from '../engines/policy-engine.ts'
import type { ChatModel } from '../llm/chat-model.ts'
import type { PythonAnalyzer } from '../python/analysis/index.ts'
import type { Sandbox, SandboxLimits } from '../python/sandbox.ts'
import { type Correctness, composeReward, decideCorrectness, type Judge, type RewardAmounts } from '../rewards/index.ts'
import type { AttemptContext, AttemptOutcome, Environment } from '../training/index.ts'
import { answeredCalls, executeWorkflow, type WorkflowAttempt } from './execution/index.ts'
import { parseCompletion } from './parse/index.ts'
import { briefPromptTokens, generationPrompt, type PromptOptions } from './prompt/index.ts'
import { listenForMarks } from './simulator-marks.ts'
import { validateProgram } from './validate/index.ts'
import { workflowMetrics } from './workflow-metrics.ts'

export interface WorkflowEnvironmentOptions {
  readonly executor: ChatModel
  readonly judge: Judge
  readonly sandbox: Sandbox
  readonly analyzer: PythonAnalyzer
  readonly rewards: RewardAmounts
  /** `judge`: the judge decides everything; `scorer`: an exact scorer where there is one. */
  readonly decidedBy: 'scorer' | 'judge'
  readonly limits: SandboxLimits
  /** `brief`: question and type, for a policy that knows the contract; `full`: the whole contract. */
  readonly promptStyle: 'brief' | 'full'
  readonly promptMaxTokens: number
  /** Which operators the policy is offered, and in which form it is asked for a workflow. Default: all, as a program. */
  readonly ask?: PromptOptions
  /** Whether the fallback workflow answers where a program cannot; it earns nothing either way. Default false. */
  readonly runFallback?: boolean
  /** Milliseconds, for durations. Default the clock. */
  readonly now?: () => number
}

export function createWorkflowEnvironment(options: WorkflowEnvironmentOptions): Environment {
  const { executor, sandbox, analyzer, limits, runFallback = false, now = Date.now } = options
  const contract = options.ask?.contract ?? 'full'
  const deps = { sandbox, analyzer, limits, runFallback, contract, now }
  return {
    name: 'workflows',
    prompt: (problem, tokenizer) => promptTokens(problem, tokenizer, options),
    attempt: async (problem, text, _completion, context) => {
      const heard = listenForMarks(executor)
      const task = { completionText: text, problem, deps: { ...deps, executor: heard.executor } }
      const attempt = await executeWorkflow(task, context)
      const correctness = await correctnessOf(attempt, problem, options, context)
      const record = recordOf(attempt, correctness, heard.marks())
      return { record, ...outcomeOf(attempt, correctness, options.rewards) }
    },
    isValid: (problem, text) => {
      const parsed = parseCompletion(text, problem.type)
      return parsed.kind === 'program' && validateProgram(parsed.code, problem.type, { analyzer, contract }).isValid
    },
    metrics: workflowMetrics,
  }
}

function promptTokens(problem: Problem, tokenizer: Tokenizer, options: WorkflowEnvironmentOptions): readonly number[] {
  const { promptStyle, promptMaxTokens } = options
  if (promptStyle === 'brief') return briefPromptTokens(problem, (text) => tokenizer.encode(text), promptMaxTokens)
  const text = generationPrompt(problem, options.ask)
    .map(({ content }) => content)
    .join('\n\n')
  // The end holds the problem and where to write: of a prompt that is too long, the end stays.
  return tokenizer.encode(`${text}\n\n`).slice(-promptMaxTokens)
}

/** @returns null when the policy gave no answer of its own to decide on. */
async function correctnessOf(
  attempt: WorkflowAttempt,
  problem: Problem,
  { sandbox, judge, limits, decidedBy }: WorkflowEnvironmentOptions,
  { key, signal }: AttemptContext,
): Promise<Correctness | null> {
  if (attempt.outcome !== 'answered' || attempt.prediction === null) return null
  const correctness = await decideCorrectness(
    problem,
    attempt.prediction,
    { sandbox, judge, limits, decidedBy, key },
    signal,
  )
  signal.throwIfAborted()
  return correctness
}

function outcomeOf(
  attempt: WorkflowAttempt,
  correctness: Correctness | null,
  rewards: RewardAmounts,
): Omit<AttemptOutcome, 'record'> {
  const { outcome, usedFallback, violations, repairs } = attempt
  const score: Score = composeReward(
    {
      outcome,
      usedFallback,
      violations,
      calls: answeredCalls(attempt),
      repairWeight: repairs.reduce((sum, repair) => sum + repair.weight, 0),
      verdict: correctness?.verdict ?? 'false',
      reason: correctness?.reason ?? decisiveFailure(attempt)?.message ?? outcome,
    },
    rewards,
  )
  const calls = [...attempt.operators, ...(attempt.fallback?.operators ?? [])]
  const judged = correctness?.judged ?? null
  return {
    failures: [...attempt.failures, ...(correctness?.failures ?? [])],
    score,
    costUsd: calls.reduce((sum, call) => sum + call.costUsd, judged?.costUsd ?? 0),
    llmCalls: calls.reduce((sum, call) => sum + call.llmCalls, judged?.calls ?? 0),
    solving: solvingOf(attempt),
  }
}

/** What the policy's own operators asked the executor. */
function solvingOf(attempt: WorkflowAttempt): CallUsage {
  const sum = (value: (call: WorkflowAttempt['operators'][number]) => number): number =>
    attempt.operators.reduce((total, call) => total + value(call), 0)
  return {
    calls: answeredCalls(attempt),
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    costUsd: sum(({ costUsd }) => costUsd),
  }
}

/** What kept the program from an answer: a service, else what went wrong first. */
function decisiveFailure({ outcome, failures }: WorkflowAttempt): Failure | undefined {
  return (outcome === 'unavailable' ? serviceFailureOf(failures) : null) ?? failures[0]
}

const maxPredictionChars = 4000

function recordOf(
  { failures: _, ...attempt }: WorkflowAttempt,
  correctness: Correctness | null,
  simulator: SimulatorMarks | null,
): WorkflowOutcome {
  const { failures: __, ...decided } = correctness ?? { failures: [] }
  return {
    environment: 'workflows',
    version: 1,
    ...attempt,
    prediction: attempt.prediction?.slice(0, maxPredictionChars) ?? null,
    correctness: 'verdict' in decided ? decided : null,
    simulator,
  }
}
