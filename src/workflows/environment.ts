/**
 * Workflows as an environment of the training loop: a completion is a program, its attempt a run against the executor,
 * its score what the scorer or the judge says of the answer, less penalties.
 */
import type { Failure } from '../core/failure.ts'
import type { Problem } from '../core/problem.ts'
import type { CallUsage } from '../core/records.ts'
import type { SimulatorMarks, WorkflowOutcome } from '../core/rollout-outcome.ts'
import { serviceFailureOf } from '../core/service-failures.ts'
import type { Tokenizer } from '../engines/policy-engine.ts'
import type { ChatModel } from '../llm/chat-model.ts'
import type { PythonAnalyzer } from '../python/analysis/index.ts'
import type { Sandbox, SandboxLimits } from '../python/sandbox.ts'
import {
  type Composed,
  type Correctness,
  decideCorrectness,
  type Judge,
  type RewardComposition,
  type RewardInput,
} from '../rewards/index.ts'
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
  /** What outcomes are worth, and who decides what is right. */
  readonly rewards: RewardComposition
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
    conversation: (problem) => generationPrompt(problem, options.ask),
    attempt: async (problem, text, _completion, context) => {
      const heard = listenForMarks(executor)
      const task = { completionText: text, problem, deps: { ...deps, executor: heard.executor } }
      const attempt = await executeWorkflow(task, context)
      const correctness = await correctnessOf(attempt, problem, options, context)
      const record = recordOf(attempt, correctness, heard.marks())
      const input = rewardInput(attempt, correctness, problem, context)
      const composed = await options.rewards.compose(input, context.signal)
      return { record, ...outcomeOf(attempt, correctness, composed) }
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
  { sandbox, judge, limits, rewards }: WorkflowEnvironmentOptions,
  { key, signal }: AttemptContext,
): Promise<Correctness | null> {
  if (attempt.outcome !== 'answered' || attempt.prediction === null) return null
  const correctness = await decideCorrectness(
    problem,
    attempt.prediction,
    { sandbox, judge, limits, decidedBy: rewards.decidedBy, key },
    signal,
  )
  signal.throwIfAborted()
  return correctness
}

function rewardInput(
  attempt: WorkflowAttempt,
  correctness: Correctness | null,
  problem: Problem,
  { step = 0 }: AttemptContext,
): RewardInput {
  const { outcome, usedFallback, violations, repairs, prediction, program, isValid, findings, operators } = attempt
  return {
    outcome,
    usedFallback,
    violations,
    calls: answeredCalls(attempt),
    repairWeight: repairs.reduce((sum, repair) => sum + repair.weight, 0),
    verdict: correctness?.verdict ?? 'false',
    reason: correctness?.reason ?? decisiveFailure(attempt)?.message ?? outcome,
    problemType: problem.type,
    question: problem.question,
    reference: problem.answer,
    prediction,
    testsPassed: correctness?.testsPassed ?? null,
    program,
    isValid,
    findings: [...new Set(findings.map(({ kind }) => kind))],
    repairs: repairs.map(({ kind }) => kind),
    operators: operators.map(({ operator }) => operator),
    costUsd: operators.reduce((sum, call) => sum + call.costUsd, 0),
    step,
  }
}

function outcomeOf(
  attempt: WorkflowAttempt,
  correctness: Correctness | null,
  { score, failures }: Composed,
): Omit<AttemptOutcome, 'record'> {
  const calls = [...attempt.operators, ...(attempt.fallback?.operators ?? [])]
  const judged = correctness?.judged ?? null
  return {
    failures: [...attempt.failures, ...(correctness?.failures ?? []), ...failures],
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
  const { failures: __, testsPassed: ___, ...decided } = correctness ?? { failures: [], testsPassed: null }
  return {
    environment: 'workflows',
    version: 1,
    ...attempt,
    prediction: attempt.prediction?.slice(0, maxPredictionChars) ?? null,
    correctness: 'verdict' in decided ? decided : null,
    simulator,
  }
}
