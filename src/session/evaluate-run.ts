/** A run's newest policy on problems of its own or of a file, recorded in the run. */
import { basename, extname } from 'node:path'
import type { Config } from '../config/index.ts'
import { evaluationLabel, evaluationName } from '../core/evaluation-labels.ts'
import { type EvaluationRecord, placeOf } from '../core/records.ts'
import { fingerprint, type RunStore } from '../runs/index.ts'
import { createBudget, type DecodingPlan, type EvaluationSplit, evaluate } from '../training/index.ts'
import { openSession } from './open-session.ts'
import { policyFolder } from './policy-kinds.ts'

export interface RunEvaluation {
  readonly config: Config
  readonly split: EvaluationSplit
  /** One evaluation each. */
  readonly plans: readonly DecodingPlan[]
}

/** @returns the evaluations, one after the other as they are recorded. */
export async function* evaluateRun(
  store: RunStore,
  { config, split, plans }: RunEvaluation,
  signal: AbortSignal,
): AsyncGenerator<EvaluationRecord> {
  const latest = store.checkpoints.latest()
  const name = nameOf(store, split)
  const modelFolder = await policyFolder(config, process.env)
  const session = await openSession(config, store.calls, modelFolder, signal, { runFolder: store.folder })
  try {
    if (latest !== null) await session.engine.load(latest.folder)
    const tools = {
      environment: session.environment,
      tokenizer: session.engine.tokenizer,
      journal: store,
      budget: createBudget(config.training.maxCostUsd, () => store.spentUsd()),
      now: Date.now,
      signal,
    }
    for (const sampling of plans) {
      const total = split.problems.length * sampling.samplesPerProblem
      let done = 0
      const record = await evaluate(
        {
          policy: session.engine,
          seed: config.seed,
          label: evaluationLabel(name, sampling.decoding),
          step: latest?.step ?? 0,
          split,
          sampling,
          maxTokens: config.policy.maxCompletionTokens,
          concurrency: config.training.concurrency,
          maxUnscorableRate: config.training.maxUnscorableRate,
          onRollout: (rollout) =>
            store.event({ kind: 'rollout', label: 'eval', done: ++done, total, place: placeOf(rollout) }),
        },
        tools,
      )
      store.recordEvaluation(record)
      yield record
    }
  } finally {
    await session.close()
  }
}

/** `eval-<name of the file>`; where that names another file of the run already, with a few digits of its path's hash. */
function nameOf(store: RunStore, { name: path }: EvaluationSplit): string {
  const stem = basename(path, extname(path)).replaceAll(/[^A-Za-z0-9._]+/g, '-')
  const plain = `eval-${stem}`
  const isTaken = store.evaluations().some((known) => evaluationName(known) === plain && known.split !== path)
  return isTaken ? `${plain}-${fingerprint(path).slice('sha256:'.length, 'sha256:'.length + 4)}` : plain
}
