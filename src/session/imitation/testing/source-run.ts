/** A run of training rollouts on shipped problems, written without any training; for tests of what imitates it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { locateInput } from '../../../config/index.ts'
import type { Problem } from '../../../core/problem.ts'
import type { SampledRollout } from '../../../core/records.ts'
import { loadProblems } from '../../../datasets/index.ts'
import { createRun } from '../../../runs/index.ts'

export interface SourceRollout {
  readonly problem: Problem
  readonly text: string
  readonly tokens: readonly number[]
  /** null for an unscorable one. */
  readonly reward: number | null
  readonly stopReason?: 'stop' | 'length'
  /** As run; default: none. */
  readonly program?: string
}

export const shippedProblems = 'data/problems/train.jsonl'

export function readShippedProblems(count: number): Problem[] {
  const lines = readFileSync(locateInput('data.train', shippedProblems), 'utf8').split('\n')
  return lines.slice(0, count).map((line) => JSON.parse(line) as Problem)
}

/** @returns the run's folder. A reward above 0 is a right answer's. */
export async function makeSourceRun(
  root: string,
  rollouts: readonly SourceRollout[],
  path = shippedProblems,
): Promise<string> {
  const { fingerprint, problems } = await loadProblems(locateInput('data.train', path), { skipBadRows: false })
  const train = { path, fingerprint, rows: problems.length }
  const origin = { configHash: 'none', seed: 1, datasets: { train }, argv: [] }
  const store = createRun({ root, name: 'source', resolvedYaml: 'policy: {}\n', origin })
  for (const [position, rollout] of rollouts.entries()) store.recordRollout(recordOf(rollout, position))
  store.close()
  return join(root, 'source')
}

function recordOf(
  { problem, text, tokens, reward, stopReason = 'stop', program }: SourceRollout,
  position: number,
): SampledRollout {
  const usage = { calls: 1, inputTokens: 0, outputTokens: 0, costUsd: 0 }
  const isCorrect = reward !== null && reward > 0
  const verdict = isCorrect ? 'true' : 'false'
  return {
    ...({
      version: 1,
      phase: 'train',
      step: 1,
      label: '',
      rollout: 0,
      advantage: null,
      costUsd: 0,
      llmCalls: 1,
    } as const),
    ...{ position, problemId: problem.id, problemType: problem.type, source: problem.source },
    ...{ difficulty: problem.difficulty, prompt: [1], tokens, logprobs: tokens.map(() => -1), stopReason, text },
    outcome: {
      ...({ environment: 'workflows', version: 1, outcome: 'answered', prediction: '1', usedFallback: false } as const),
      ...{ program: program ?? null, isValid: true, findings: [], repairs: [], violations: 0, operators: [] },
      ...{ fallback: null, correctness: null, simulator: null },
    },
    failures: [],
    score:
      reward === null
        ? { kind: 'unscorable', reason: 'no answer' }
        : { kind: 'scored', reward, parts: [], isCorrect, verdict, reason: '' },
    solving: usage,
    timing: { startedAt: '2026-01-01T00:00:00.000Z', durationMs: 1 },
  }
}
