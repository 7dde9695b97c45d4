/** A training run on judged attempts over a small selector, for tests. Right is a sequence that begins at the pool's third row. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configSchema } from '../../config/schema.ts'
import type { Problem } from '../../core/problem.ts'
import type { Score } from '../../core/reward.ts'
import { openToy, toyArchitectures, toyPrompts } from '../../engines/pointer/testing/toy-selectors.ts'
import type { PolicyEngine } from '../../engines/policy-engine.ts'
import { createRun, type RunStore } from '../../runs/index.ts'
import type { Cleanup } from '../../testing/contract.ts'
import type { AttemptOutcome, Environment } from '../environment.ts'
import type { JudgedAttempt, JudgedProblem } from '../judged.ts'
import type { TrainingRun } from '../training-run.ts'

const prompts = toyPrompts([6, 6, 6, 6, 6, 6, 6, 6])

export function promptOf({ id }: Pick<Problem, 'id'>): readonly number[] {
  return prompts[Number(id)] as readonly number[]
}

/** @param reward null for an unscorable rollout. */
export function judgedAttempt(tokens: readonly number[], reward: number | null): JudgedAttempt {
  const unasked = { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 }
  const score: Score =
    reward === null
      ? { kind: 'unscorable', reason: 'no answer' }
      : { kind: 'scored', reward, parts: [], isCorrect: reward > 1, verdict: reward > 1 ? 'true' : 'false', reason: '' }
  const failures = reward === null ? [{ boundary: 'executor', code: 'timeout', message: 'no answer' } as const] : []
  const outcome: AttemptOutcome = {
    record: { environment: 'other', outcome: '', data: {} },
    failures,
    score,
    costUsd: 0,
    llmCalls: 0,
    solving: unasked,
  }
  return { completion: { tokens, stopReason: 'length' }, outcome }
}

/** @param rewardOf of the place of the first pick in the pool, 0..5. */
export function toyJudgedProblem(
  index: number,
  rewardOf: (first: number) => number | null = rightAtTwo,
): JudgedProblem {
  const id = String(index)
  const pool = promptOf({ id }).slice(1)
  const problem: Problem = { id, type: 'vqa', source: 'toy', question: id, answer: '', difficulty: 1 }
  const attempts = pool.map((token, first) =>
    judgedAttempt([token, pool[(first + 1 + (index % 4)) % pool.length] as number], rewardOf(first)),
  )
  return { problem, attempts }
}

function rightAtTwo(first: number): number {
  return first === 2 ? 2 : first / 10
}

export const toyJudgedProblems = [0, 1, 2, 3, 4, 5].map((index) => toyJudgedProblem(index))

const environment: Environment = {
  name: 'judged',
  isFixedLength: true,
  prompt: promptOf,
  attempt: async () => {
    throw new Error('no attempt is made where all were judged before')
  },
  metrics: () => ({}),
}

export interface JudgedRunOptions {
  /** The section `training`. */
  readonly training: object
  readonly train?: readonly JudgedProblem[]
  readonly heldOut?: readonly JudgedProblem[]
}

export interface JudgedRun {
  readonly run: TrainingRun
  readonly engine: PolicyEngine
  readonly store: RunStore
}

export async function openJudgedRun(cleanup: Cleanup, options: JudgedRunOptions): Promise<JudgedRun> {
  const { train = toyJudgedProblems, heldOut = [6, 7].map((index) => toyJudgedProblem(index)) } = options
  const training = { rollouts: 'collected', problemsPerStep: 6, steps: 0, warmupSteps: 0, evaluateEvery: 0 }
  const policy = { engine: 'pointer', maxCompletionTokens: 2 }
  const config = configSchema.parse({
    environment: 'demonstrations',
    policy,
    training: { ...training, ...options.training },
  })
  const root = mkdtempSync(join(tmpdir(), 'baton-judged-'))
  const origin = { configHash: 'none', seed: config.seed, datasets: {}, argv: [] }
  const store = createRun({ root, name: 'run', resolvedYaml: '{}\n', origin })
  cleanup.after(() => {
    store.close()
    rmSync(root, { recursive: true })
  })
  const engine = await openToy(cleanup, toyArchitectures['pointer network with gate'])
  const nothing = { name: 'validation', problems: [] }
  const run: TrainingRun = {
    ...{ config, engine, environment, store, judged: { train, heldOut } },
    ...{ problems: train.map(({ problem }) => problem), reported: nothing, during: nothing },
    ...{ shouldStop: () => false, signal: new AbortController().signal, now: () => 0 },
  }
  return { run, engine, store }
}
