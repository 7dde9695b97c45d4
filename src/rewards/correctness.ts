/**
 * Who decides whether an answer is right: the exact scorer where there is one (math values, hidden tests of code, an
 * exact match in qa), the judge elsewhere. A sandbox that dies is not a wrong answer.
 */
import type { Failure } from '../core/failure.ts'
import { type Problem, problemText } from '../core/problem.ts'
import { hashKey, type RandomKey } from '../core/random.ts'
import type { Verdict } from '../core/reward.ts'
import type { JudgeGrade } from '../core/rollout-outcome.ts'
import { pythonCode } from '../datasets/index.ts'
import type { Sandbox, SandboxLimits } from '../python/sandbox.ts'
import type { Judge } from './judge.ts'
import { scoreAnswer } from './score-answer.ts'

/** Of one hidden test, at least: reference solutions of MBPP need up to 6 s in the interpreter. */
const hiddenTestCpuMs = 15_000

export interface CorrectnessOptions {
  readonly sandbox: Sandbox
  readonly judge: Judge
  /** Of one run of a candidate with its hidden tests. */
  readonly limits: SandboxLimits
  /** `judge`: the judge decides everything (after the gate). */
  readonly decidedBy: 'scorer' | 'judge'
  /** The rollout's key. */
  readonly key: RandomKey
}

export interface Correctness {
  readonly verdict: Verdict
  readonly reason: string
  readonly scorer: 'gate' | 'math' | 'tests' | 'match' | 'judge'
  /** null when the judge was not needed. */
  readonly judged: JudgeGrade | null
  readonly failures: readonly Failure[]
  /** What the exact scorer says where the judge decided and both apply; absent elsewhere. */
  readonly exact?: 'true' | 'false'
  /** Share of the hidden tests, 0..1; null where no tests decided. */
  readonly testsPassed: number | null
}

export async function decideCorrectness(
  problem: Problem,
  prediction: string,
  options: CorrectnessOptions,
  signal: AbortSignal,
): Promise<Correctness> {
  const scored = scoreAnswer(problem, prediction)
  if (scored.scorer === 'gate') return settled('gate', false, scored.reason)
  if (options.decidedBy === 'judge') {
    const said = await judged(problem, prediction, options, signal)
    if (scored.outcome === 'not understood') return said
    return { ...said, exact: scored.outcome === 'equal' ? 'true' : 'false' }
  }
  if (problem.type === 'code' && (problem.hiddenTests ?? []).length > 0)
    return await runHiddenTests(problem, prediction, options, signal)
  if (scored.outcome === 'not understood') return await judged(problem, prediction, options, signal)
  return settled(scored.scorer, scored.outcome === 'equal', scored.reason)
}

function settled(scorer: Correctness['scorer'], isCorrect: boolean, reason: string): Correctness {
  return { verdict: isCorrect ? 'true' : 'false', reason, scorer, judged: null, failures: [], testsPassed: null }
}

async function runHiddenTests(
  problem: Problem,
  prediction: string,
  { sandbox, limits, key }: CorrectnessOptions,
  signal: AbortSignal,
): Promise<Correctness> {
  const entryPoint = problem.entryPoint ?? ''
  const code = pythonCode(prediction, entryPoint, problem.question)
  if (code === '') return settled('tests', false, 'no code')
  const tests = problem.hiddenTests ?? []
  const seed = hashKey([...key, 'hidden-tests'])
  const cpuMs = Math.max(limits.cpuMs, hiddenTestCpuMs)
  const result = await sandbox.checkCode({ code, entryPoint, tests, seed }, { ...limits, cpuMs }, signal)
  if (result.kind === 'checked') {
    const passed = result.outcomes.filter((outcome) => outcome.isPassed).length
    const testsPassed = passed / tests.length
    return { ...settled('tests', result.isPassed, `${passed} of ${tests.length} hidden tests pass`), testsPassed }
  }
  if (result.kind === 'aborted') {
    const failure: Failure = { boundary: 'sandbox', code: 'aborted', message: result.message }
    return {
      verdict: 'unscorable',
      reason: result.message,
      scorer: 'tests',
      judged: null,
      failures: [failure],
      testsPassed: null,
    }
  }
  const why = result.kind === 'raised' ? `${result.error.type}: ${result.error.message}` : result.kind
  return settled('tests', false, `the code does not load: ${why.slice(0, 200)}`)
}

async function judged(
  problem: Problem,
  prediction: string,
  { judge, key }: CorrectnessOptions,
  signal: AbortSignal,
): Promise<Correctness> {
  const question = problemText(problem)
  const grade = await judge.grade({ question, reference: problem.answer, prediction, key }, signal)
  const failures = grade.failure === null ? [] : [grade.failure]
  return { verdict: grade.verdict, reason: grade.reason, scorer: 'judge', judged: grade, failures, testsPassed: null }
}
