/** What `baton eval` measures on and how, and what the user should know about the problems. */
import { join } from 'node:path'
import { type Config, locateInput } from '../config/index.ts'
import { BatonError } from '../core/failure.ts'
import { grouped } from '../core/grouped.ts'
import { loadProblems } from '../datasets/index.ts'
import type { RunReader } from '../runs/index.ts'
import { trainedAmong } from '../session/evaluated-config.ts'
import { type DecodingPlan, decodingPlans, type EvaluationSplit } from '../training/index.ts'
import { shellWord } from './format.ts'
import { countOption, optionError } from './option-values.ts'
import { paint } from './paint.ts'
import { levelLabel } from './translated.ts'
import { evaluationWords } from './words/evaluation.ts'

export interface EvalOptions {
  readonly data?: string
  readonly problems?: string
  readonly samples?: string
  readonly greedy?: boolean
  readonly sampled?: boolean
  readonly set?: readonly string[]
}

/** A selector of demonstrations writes no workflows that could be run. */
export function assertWritesWorkflows({ environment }: Config, folder: string): void {
  if (environment !== 'demonstrations') return
  throw new BatonError(`${folder} trained a selector of demonstrations, not a policy that writes workflows.`, {
    boundary: 'config',
    code: 'selector-run',
    hint: `Measure its selector: npx baton demos eval --selector ${shellWord(join(folder, 'selector.safetensors'))}`,
  })
}

export function plansOf(
  { evaluation }: Config,
  { greedy = false, sampled = false, samples }: EvalOptions,
): DecodingPlan[] {
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
export async function splitOf(config: Config, { data, problems }: EvalOptions): Promise<EvaluationSplit> {
  const { validation, test, skipBadRows } = config.data
  const given = data ?? (test !== null && config.evaluation.split !== 'validation' ? test : validation)
  const loaded = await loadProblems(locateInput('--data', given), { skipBadRows, skipWith: null })
  const all = loaded.problems.length
  const count = problems === undefined ? config.evaluation.problems : countOption('--problems', problems)
  if (problems === undefined && count < all) {
    const note = evaluationWords().limited(grouped(count), grouped(all), all)
    process.stderr.write(`${levelLabel('note', (label) => label)}${note}\n`)
  }
  return { name: given, problems: loaded.problems.slice(0, count) }
}

/** A warning where problems that are measured on were trained on, as `baton train` has it before its first step. */
export async function warnOfTrained(
  config: Config,
  { name, problems }: EvaluationSplit,
  run: Pick<RunReader, 'rolloutDigests'>,
): Promise<void> {
  const shared = await trainedAmong(config, problems, run)
  if (shared.length === 0) return
  const { trainedOn, trainedOnHint } = evaluationWords()
  const label = levelLabel('warning', paint(process.stderr).yellow)
  const hint = trainedOnHint(shellWord(config.data.train), shellWord(name))
  process.stderr.write(`${label}${trainedOn(grouped(shared.length), grouped(problems.length))}\n       ${hint}\n`)
}
