/** `baton eval`: a run's newest policy on problems it was not trained on. Writes into the run's journal. */
import { basename, extname, join } from 'node:path'
import { type Config, differencesOf, loadConfig, locateInput } from '../config/index.ts'
import { evaluationLabel, evaluationName } from '../core/evaluation-labels.ts'
import { BatonError } from '../core/failure.ts'
import type { EvaluationRecord } from '../core/records.ts'
import { loadProblems } from '../datasets/index.ts'
import { assertRunKind, fingerprint, openRun, type RunStore } from '../runs/index.ts'
import { openSession } from '../session/open-session.ts'
import { policyFolder } from '../session/policy-folder.ts'
import { createBudget, type DecodingPlan, decodingPlans, type EvaluationSplit, evaluate } from '../training/index.ts'
import { evaluationLines } from './evaluation-lines.ts'
import { watchInterrupts } from './interrupt.ts'
import { countOption, optionError } from './option-values.ts'
import { createProgress } from './progress.ts'

export interface EvalOptions {
  readonly data?: string
  readonly problems?: string
  readonly samples?: string
  readonly greedy?: boolean
  readonly sampled?: boolean
  readonly set?: readonly string[]
}

export async function evalCommand(folder: string, options: EvalOptions): Promise<void> {
  assertRunKind(folder, 'training')
  const store = openRun(folder)
  const interruption = watchInterrupts((line) => process.stderr.write(`\n${line}\n`))
  try {
    const config = configOf(folder, options.set ?? [])
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
    const step = latest?.step ?? 0
    const name = nameOf(store, split)
    const modelFolder = await policyFolder(config, process.env)
    const session = await openSession(config, store.calls, modelFolder, interruption.signal, { runFolder: folder })
    try {
      if (latest !== null) await session.engine.load(latest.folder)
      const progress = createProgress({ stream: process.stderr, now: Date.now })
      const tools = {
        environment: session.environment,
        tokenizer: session.engine.tokenizer,
        journal: store,
        budget: createBudget(config.training.maxCostUsd, () => store.spentUsd()),
        now: Date.now,
        signal: interruption.signal,
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
            onRollout: () => progress({ kind: 'rollout', label: 'eval', done: ++done, total }),
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
    interruption.dispose()
  }
}

/** The run's own, but for where servers are and how they are asked: what is measured must not change. */
function configOf(folder: string, set: readonly string[]): Config {
  const file = join(folder, 'config.yaml')
  const { config } = loadConfig({ file, set, environment: process.env })
  const fixed = differencesOf(loadConfig({ file }).config, config).filter(({ changeClass }) => changeClass === 'fixed')
  const [first] = fixed
  if (first === undefined) return config
  throw optionError(
    `--set ${first.key}: the run has ${JSON.stringify(first.from)}; measured with another value, its policy could not be compared with what the run measured.`,
    'Leave it out. What may be set is where a server is and how it is asked: llm.executor.baseUrl, llm.executor.concurrency, ...',
  )
}

function plansOf({ evaluation }: Config, { greedy = false, sampled = false, samples }: EvalOptions): DecodingPlan[] {
  const samplesPerProblem = samples === undefined ? evaluation.samplesPerProblem : countOption('--samples', samples)
  const decodings =
    greedy || sampled
      ? [...(greedy ? ['greedy' as const] : []), ...(sampled ? ['sampled' as const] : [])]
      : evaluation.decodings
  const plans = decodingPlans({ ...evaluation, decodings, samplesPerProblem })
  if (sampled && !plans.some(({ decoding }) => decoding === 'sampled')) {
    throw optionError('--sampled: evaluation.temperature of the run is 0.', 'Use --greedy, which is the same.')
  }
  return plans
}

/** The file asked for, or what the run's result is measured on. */
async function splitOf(config: Config, { data, problems }: EvalOptions): Promise<EvaluationSplit> {
  const { validation, test, skipBadRows } = config.data
  const given = data ?? (test !== null && config.evaluation.split !== 'validation' ? test : validation)
  const loaded = await loadProblems(locateInput('--data', given), { skipBadRows, skipWith: null })
  const count = problems === undefined ? config.evaluation.problems : countOption('--problems', problems)
  return { name: given, problems: loaded.problems.slice(0, count) }
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
