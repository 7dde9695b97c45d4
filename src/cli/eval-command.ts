/** `baton eval`: a run's newest policy on problems it was not trained on. Writes into the run's journal. */
import { basename, extname } from 'node:path'
import { evaluationLabel, evaluationName } from '../core/evaluation-labels.ts'
import { BatonError } from '../core/failure.ts'
import { type EvaluationRecord, placeOf } from '../core/records.ts'
import { assertRunKind, fingerprint, openRun, type RunStore } from '../runs/index.ts'
import { openSession } from '../session/open-session.ts'
import { policyFolder } from '../session/policy-kinds.ts'
import { createBudget, type EvaluationSplit, evaluate } from '../training/index.ts'
import { type EvalOptions, evaluatedConfig, plansOf, splitOf, warnOfTrained } from './eval-inputs.ts'
import { evaluationLines } from './evaluation-lines.ts'
import { stoppable } from './interrupt.ts'
import { createProgress } from './progress.ts'

export async function evalCommand(folder: string, options: EvalOptions): Promise<void> {
  assertRunKind(folder, 'training')
  await stoppable((signal) => measure(folder, options, signal))
}

async function measure(folder: string, options: EvalOptions, signal: AbortSignal): Promise<void> {
  const store = openRun(folder)
  try {
    const config = evaluatedConfig(folder, options.set ?? [])
    const plans = plansOf(config, options)
    const split = await splitOf(config, options)
    const latest = store.checkpoints.latest()
    if (latest === null && config.policy.engine !== 'frozen') {
      throw new BatonError(`${folder} has no checkpoint yet.`, {
        boundary: 'runs',
        code: 'no-checkpoint',
        hint: `Go on with: npx baton train --resume ${folder}`,
      })
    }
    if (latest !== null) await warnOfTrained(config, split, store)
    const step = latest?.step ?? 0
    const name = nameOf(store, split)
    const modelFolder = await policyFolder(config, process.env)
    const session = await openSession(config, store.calls, modelFolder, signal, { runFolder: folder })
    try {
      if (latest !== null) await session.engine.load(latest.folder)
      const progress = createProgress({ stream: process.stderr, now: Date.now, totalSteps: step })
      store.listen((event) => {
        if (event.kind === 'rollout') progress(event)
      })
      const tools = {
        environment: session.environment,
        tokenizer: session.engine.tokenizer,
        journal: store,
        budget: createBudget(config.training.maxCostUsd, () => store.spentUsd()),
        now: Date.now,
        signal,
      }
      for (const sampling of plans) {
        const label = evaluationLabel(name, sampling.decoding)
        const total = split.problems.length * sampling.samplesPerProblem
        let done = 0
        const record = await evaluate(
          {
            policy: session.engine,
            seed: config.seed,
            label,
            step,
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
        print(record)
      }
    } finally {
      await session.close()
    }
  } finally {
    store.close()
  }
}

/** `eval-<name of the file>`; where that names another file of the run already, with a few digits of its path's hash. */
function nameOf(store: RunStore, { name: path }: EvaluationSplit): string {
  const stem = basename(path, extname(path)).replaceAll(/[^A-Za-z0-9._]+/g, '-')
  const plain = `eval-${stem}`
  const isTaken = store.evaluations().some((known) => evaluationName(known) === plain && known.split !== path)
  return isTaken ? `${plain}-${fingerprint(path).slice('sha256:'.length, 'sha256:'.length + 4)}` : plain
}

function print(record: EvaluationRecord): void {
  for (const line of evaluationLines(record)) process.stdout.write(`${line}\n`)
}
