/** `baton eval`: a run's newest policy on problems it was not trained on. Writes into the run's journal. */
import { BatonError } from '../core/failure.ts'
import { assertRunKind, openRun } from '../runs/index.ts'
import { evaluateRun } from '../session/evaluate-run.ts'
import { evaluatedConfig } from '../session/evaluated-config.ts'
import { assertWritesWorkflows, type EvalOptions, plansOf, splitOf, warnOfTrained } from './eval-inputs.ts'
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
    assertWritesWorkflows(config, folder)
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
    const progress = createProgress({ stream: process.stderr, now: Date.now, totalSteps: latest?.step ?? 0 })
    store.listen((event) => {
      if (event.kind === 'rollout') progress(event)
    })
    for await (const record of evaluateRun(store, { config, split, plans }, signal)) {
      for (const line of evaluationLines(record)) process.stdout.write(`${line}\n`)
    }
  } finally {
    store.close()
  }
}
