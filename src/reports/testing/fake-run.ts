/** A run to report on without files: evaluations, steps and rollouts as plain data. */
import type { Failure } from '../../core/failure.ts'
import type { JsonObject } from '../../core/json.ts'
import type { ProblemType } from '../../core/problem.ts'
import type {
  EvaluationOutcome,
  EvaluationRecord,
  Metrics,
  RolloutRecord,
  SampledRollout,
  StepRecord,
} from '../../core/records.ts'
import type { Score } from '../../core/reward.ts'
import type { CorrectnessRecord, OperatorRecord, RolloutOutcome, WorkflowOutcome } from '../../core/rollout-outcome.ts'
import type { ConfigVersion, RunEvent } from '../../core/run-events.ts'
import type { CallTotals, RolloutFilter, RunReader } from '../../runs/index.ts'
import { digestOf } from '../../runs/testing/digest-of.ts'
import { plainOutcome } from '../../testing/plain-outcome.ts'

export interface FakeRun {
  readonly evaluations?: readonly EvaluationRecord[]
  readonly steps?: readonly StepRecord[]
  readonly rollouts?: readonly RolloutRecord[]
  readonly calls?: Readonly<Record<string, CallTotals>>
  readonly events?: readonly RunEvent[]
  readonly plannedSteps?: number
  readonly configHistory?: readonly ConfigVersion[]
}

export function fakeRun(run: FakeRun): RunReader {
  const config: JsonObject = {
    run: { folder: 'runs', name: null },
    policy: { model: 'models/conductor', engine: 'embedded' },
    llm: {
      executor: { baseUrl: 'simulator', model: 'simulator' },
      judge: { baseUrl: 'executor', model: 'executor' },
    },
    training: { steps: run.plannedSteps ?? 3, problemsPerStep: 2, groupSize: 2, learningRate: 0.0003 },
  }
  return {
    folder: 'runs/test-1',
    name: 'test-1',
    manifest: {
      version: 1,
      name: 'test-1',
      createdAt: '2026-01-02T03:04:05.000Z',
      configHash: 'abcdef0123456789',
      seed: 7,
      batonVersion: '0.1.0',
      nodeVersion: '24.0.0',
      dependencies: {},
      datasets: { train: { path: 'train.jsonl', fingerprint: '0123456789', rows: 20 } },
      argv: [],
    },
    config,
    steps: () => [...(run.steps ?? [])],
    lastStep: () => run.steps?.at(-1)?.step ?? 0,
    evaluations: () => [...(run.evaluations ?? [])],
    rollouts: (filter = {}) => rolloutsOf(run, filter),
    rolloutDigests: (filter = {}) => rolloutsOf(run, filter).map(digestOf),
    searchRollouts: () => ({ total: 0, rollouts: [] }),
    rolloutFacets: () => ({ types: [], failures: [], operators: [], labels: [] }),
    findRollout: () => undefined,
    findCall: () => undefined,
    callTotals: () => ({ ...run.calls }),
    spentUsd: () => 0,
    configHistory: () => [...(run.configHistory ?? [])],
    since: (after, { kinds, limit } = {}) =>
      (run.events ?? [])
        .map((event, i) => ({ ...event, id: i + 1, at: '2026-01-02T03:04:05.000Z' }))
        .filter(({ id, kind }) => id > after && (kinds === undefined || kinds.includes(kind)))
        .slice(0, limit),
    lastEvent: () => run.events?.length ?? 0,
    checkpoints: {
      latest: () => null,
      check: () => ({ isValid: true, reason: '' }),
    } as unknown as RunReader['checkpoints'],
    close: () => undefined,
  }
}

function rolloutsOf(run: FakeRun, filter: RolloutFilter): RolloutRecord[] {
  const wanted = Object.entries(filter) as [keyof RolloutFilter, string | number | undefined][]
  return (run.rollouts ?? []).filter((rollout) =>
    wanted.every(([field, value]) => value === undefined || rollout[field] === value),
  )
}

/** @param right one entry an outcome: right, wrong, or null for unscorable; problems are numbered in their order. */
export function evaluation(
  label: string,
  step: number,
  right: readonly (boolean | null)[],
  options: { readonly metrics?: Metrics; readonly samples?: number } = {},
): EvaluationRecord {
  const { metrics = {}, samples = 1 } = options
  const types: readonly ProblemType[] = ['math', 'code', 'qa']
  const outcomes = right.map((isCorrect, i): EvaluationOutcome => {
    const problem = Math.floor(i / samples)
    const problemType = types[problem % 3] as ProblemType
    const usage = { llmCalls: 2, inputTokens: 300, outputTokens: 100, costUsd: 0.01 }
    return { problemId: `p${problem}`, problemType, isCorrect, ...usage }
  })
  const decoding = label.endsWith('-sampled') ? 'sampled' : 'greedy'
  const temperature = decoding === 'sampled' ? 1 : 0
  return { version: 1, label, step, split: 'validation', decoding, temperature, metrics, outcomes }
}

export function step(number: number, metrics: Metrics = {}): StepRecord {
  return { version: 1, step: number, metrics }
}

export interface FakeRollout {
  /** Of an evaluation; '' for training. */
  readonly label?: string
  readonly source?: string
  readonly step?: number
  readonly position?: number
  readonly rollout?: number
  readonly type?: ProblemType
  readonly problemId?: string
  readonly reward?: number | null
  readonly text?: string
  readonly outcome?: RolloutOutcome
  readonly failures?: readonly Failure[]
}

/** @param fake a null reward stands for an unscorable rollout. */
export function rollout(fake: FakeRollout = {}): SampledRollout {
  const { reward = 10, type = 'math', position = 0, step: at = 1, label = '' } = fake
  const score: Score =
    reward === null
      ? { kind: 'unscorable', reason: 'the judge failed: empty content' }
      : {
          kind: 'scored',
          reward,
          parts: [
            { name: 'correctness', value: reward + 5 },
            { name: 'violation', value: -5 },
          ],
          isCorrect: reward > 0,
          verdict: reward > 0 ? 'true' : 'false',
          reason: 'equals the reference',
        }
  return {
    version: 1,
    phase: label === '' ? 'train' : 'evaluation',
    step: at,
    label,
    position,
    problemId: fake.problemId ?? `${type}-${at}-${position}`,
    problemType: type,
    source: fake.source ?? 'test',
    difficulty: 1,
    rollout: fake.rollout ?? 0,
    prompt: [],
    tokens: [],
    logprobs: [],
    stopReason: 'stop',
    text: fake.text ?? `class Workflow:  # ${type} ${at} ${position} ${fake.rollout ?? 0}\n    pass\n`,
    outcome: fake.outcome ?? plainOutcome,
    failures: fake.failures ?? [],
    score,
    advantage: 0,
    costUsd: 0,
    llmCalls: 1,
    timing: { startedAt: '2026-01-02T03:04:05.000Z', durationMs: 5 },
  }
}

/** The record that the workflow environment leaves of a rollout with one operator call. */
export function fakeAttempt(more: Partial<WorkflowOutcome> = {}): WorkflowOutcome {
  return {
    environment: 'workflows',
    version: 1,
    outcome: 'answered',
    prediction: '42',
    usedFallback: false,
    program: null,
    isValid: false,
    findings: [],
    repairs: [{ kind: 'make-operator', weight: 1, line: 7, before: '', after: '', finding: 'operator-not-made' }],
    violations: 0,
    operators: [fakeOperator('Programmer')],
    fallback: null,
    correctness: { verdict: 'true', reason: 'equals the reference', scorer: 'math', judged: null },
    simulator: null,
    ...more,
  }
}

export function fakeOperator(operator: string): OperatorRecord {
  return {
    index: 0,
    operator,
    args: { problem: 'How many?' },
    outcome: 'returned',
    result: { code: 'def solve():\n    return 42', output: '42' },
    message: null,
    ...{
      llmCalls: 1,
      callKeys: [],
      failedLlmCalls: 0,
      malformedReplies: 0,
      inputTokens: 0,
      outputTokens: 0,
      costUsd: 0,
    },
    timing: { durationMs: 1 },
  }
}

/** A judge that was asked twice. @param code of its failure; null: it says that the answer is wrong. */
export function fakeJudged(code: string | null): CorrectnessRecord {
  const verdict = code === null ? 'false' : 'unscorable'
  const failure = code === null ? null : ({ boundary: 'judge', code, message: '' } as const)
  const usage = { callKeys: [], inputTokens: 0, outputTokens: 0, costUsd: 0 }
  return { verdict, reason: '', scorer: 'judge', judged: { verdict, reason: '', calls: 2, ...usage, failure } }
}
