/** A whole training run in this process, composed as `baton train` composes it, and what it left in its folder. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '../src/config/index.ts'
import type { RolloutRecord } from '../src/core/records.ts'
import type { CallTotals } from '../src/runs/index.ts'
import { checkRewards } from '../src/session/check-rewards.ts'
import { newTrainingRun } from '../src/session/opened-run.ts'
import { policyFolder } from '../src/session/policy-kinds.ts'
import { loadRunProblems } from '../src/session/run-problems.ts'
import { openTraining, runTraining } from '../src/session/training-session.ts'
import type { TrainingResult } from '../src/training/index.ts'

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
  const loaded = loadConfig({ preset: 'tiny', set: [...set, `run.folder=${root}`] })
  const { config } = loaded
  const problems = await loadRunProblems(config)
  const { store } = newTrainingRun(loaded, problems, { prefix: 'run', argv: [] })
  const { signal } = new AbortController()
  try {
    const modelFolder = await policyFolder(config, process.env)
    const rewards = await checkRewards(config)
    const training = await openTraining({ config, problems, modelFolder, rewards, store }, signal)
    try {
      const result = await runTraining(training, { signal, shouldStop: () => false })
      return { folder: store.folder, result, calls: store.callTotals(), rollouts: store.rollouts() }
    } finally {
      await training.session.close()
    }
  } finally {
    store.close()
  }
}

/** `metrics.jsonl` without the fields that depend on the clock; all other bytes as they are. */
export function timelessMetrics(folder: string): string {
  return readFileSync(join(folder, 'metrics.jsonl'), 'utf8').replaceAll(/,"time\/[^"]*":[^,}]*/g, '')
}
