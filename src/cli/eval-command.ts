/** `baton eval`: a run's newest policy on problems it was not trained on. Writes into the run's journal. */
import { join } from 'node:path'
import { loadConfig, locateInput } from '../config/index.ts'
import { rateByProblem } from '../core/clustered-rate.ts'
import { BatonError } from '../core/failure.ts'
import { loadProblems } from '../datasets/index.ts'
import { openRun } from '../runs/index.ts'
import { createBudget, evaluate } from '../training/index.ts'
import { rateText } from './format.ts'
import { watchInterrupts } from './interrupt.ts'
import { countOption } from './numbers.ts'
import { policyFolder } from './policy-folder.ts'
import { accuracy, createProgress } from './progress.ts'
import { openSession } from './session.ts'

export interface EvalOptions {
  readonly data?: string
  readonly problems?: string
  readonly samples?: string
  readonly greedy?: boolean
}

export async function evalCommand(folder: string, options: EvalOptions): Promise<void> {
  const store = openRun(folder)
  const interruption = watchInterrupts((line) => process.stderr.write(`\n${line}\n`))
  try {
    const { config } = loadConfig({ file: join(folder, 'config.yaml'), environment: process.env })
    const path = locateInput('data.validation', options.data ?? config.data.validation)
    const loaded = await loadProblems(path, { skipBadRows: config.data.skipBadRows })
    const count =
      options.problems === undefined ? config.evaluation.problems : countOption('--problems', options.problems)
    const latest = store.checkpoints.latest()
    const isFrozen = config.policy.engine === 'frozen'
    if (latest === null && !isFrozen) {
      throw new BatonError(`${folder} has no checkpoint yet.`, {
        boundary: 'runs',
        code: 'no-checkpoint',
        hint: `Go on with: npx baton train --resume ${folder}`,
      })
    }
    const modelFolder = await policyFolder(config, process.env)
    const session = await openSession(config, store.calls, modelFolder, interruption.signal, { runFolder: folder })
    try {
      if (latest !== null) await session.engine.load(latest.folder)
      const problems = loaded.problems.slice(0, count)
      const samples =
        options.samples === undefined ? config.evaluation.samplesPerProblem : countOption('--samples', options.samples)
      const temperature = options.greedy === true ? 0 : config.evaluation.temperature
      const label = `eval:${path}${options.greedy === true ? ':greedy' : ''}`
      const progress = createProgress({ stream: process.stderr, now: Date.now })
      let done = 0
      const record = await evaluate(
        session.engine,
        problems,
        {
          seed: config.seed,
          label,
          split: path,
          step: latest?.step ?? 0,
          samplesPerProblem: samples,
          maxTokens: config.policy.maxCompletionTokens,
          temperature,
          topP: 1,
          concurrency: config.training.concurrency,
          maxUnscorableRate: config.training.maxUnscorableRate,
          onRollout: () => progress({ kind: 'rollout', label: 'eval', done: ++done, total: problems.length * samples }),
        },
        {
          environment: session.environment,
          tokenizer: session.engine.tokenizer,
          journal: store,
          budget: createBudget(config.training.maxCostUsd, () => store.spentUsd()),
          now: Date.now,
        },
        interruption.signal,
      )
      store.event('eval', { label, step: latest?.step ?? 0, metrics: record.metrics })
      process.stdout.write(`step ${latest?.step ?? 0}  ${accuracy(record.metrics)}  ${path}\n`)
      for (const type of new Set(problems.map((problem) => problem.type))) {
        const rate = rateByProblem(record.outcomes.filter(({ problemType }) => problemType === type))
        process.stdout.write(`  ${type.padEnd(5)} ${rateText(rate)}\n`)
      }
    } finally {
      await session.close()
    }
  } finally {
    store.close()
    interruption.dispose()
  }
}
