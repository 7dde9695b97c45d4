/** A whole training run in this process, composed as `baton train` composes it, and what it left in its folder. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '../src/config/index.ts'
import type { RolloutRecord } from '../src/core/records.ts'
import { type CallTotals, createRun } from '../src/runs/index.ts'
import { openSession } from '../src/session/open-session.ts'
import { policyFolder } from '../src/session/policy-kinds.ts'
import { loadRunProblems } from '../src/session/run-problems.ts'
import { type TrainingResult, train } from '../src/training/index.ts'

export interface WholeRun {
  readonly folder: string
  readonly result: TrainingResult
  /** By purpose. */
  readonly calls: Readonly<Record<string, CallTotals>>
  /** In the order of phase, label, step, position, rollout. */
  readonly rollouts: readonly RolloutRecord[]
}

/**
 * @param root folder of the runs.
 * @param set configuration keys on top of the preset `tiny`, as for `--set`.
 */
export async function wholeRun(root: string, set: readonly string[]): Promise<WholeRun> {
  const { config, resolvedYaml, hash } = loadConfig({ preset: 'tiny', set: [...set, `run.folder=${root}`] })
  const problems = await loadRunProblems(config)
  const origin = { configHash: hash, seed: config.seed, datasets: problems.manifest, argv: [] }
  const store = createRun({ root, name: config.run.name, resolvedYaml, origin })
  const { signal } = new AbortController()
  try {
    const session = await openSession(config, store.calls, await policyFolder(config, process.env), signal)
    try {
      const result = await train({
        config,
        engine: session.engine,
        environment: session.environment,
        store,
        problems: problems.train,
        reported: problems.reported,
        during: problems.during,
        shouldStop: () => false,
        signal,
        now: Date.now,
      })
      return { folder: store.folder, result, calls: store.callTotals(), rollouts: store.rollouts() }
    } finally {
      await session.close()
    }
  } finally {
    store.close()
  }
}

/** `metrics.jsonl` without the fields that depend on the clock; all other bytes as they are. */
export function timelessMetrics(folder: string): string {
  return readFileSync(join(folder, 'metrics.jsonl'), 'utf8').replaceAll(/,"time\/[^"]*":[^,}]*/g, '')
}
