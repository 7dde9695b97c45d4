/** Finds the best fixed workflow of each type on training problems and measures it where the policy is measured. */
import type { Config } from '../config/index.ts'
import { bestFixedLabel } from '../core/evaluation-labels.ts'
import type { Problem } from '../core/problem.ts'
import { randomFor } from '../core/random.ts'
import type { PolicySampler, Tokenizer } from '../engines/index.ts'
import type { RunStore } from '../runs/index.ts'
import { createBudget, type Environment, evaluate, greedyDecoding, type TrainingObserver } from '../training/index.ts'
import { searchFixedWorkflows } from '../workflows/index.ts'
import type { RunProblems } from './datasets.ts'

export interface BestFixedOptions {
  readonly config: Config
  readonly problems: RunProblems
  readonly store: RunStore
  readonly environment: Environment
  readonly tokenizer: Tokenizer
  readonly observer: TrainingObserver
  readonly signal: AbortSignal
}

/** Records the evaluation `best-fixed` and, as an event, which workflows it is made of. */
export async function measureBestFixed(options: BestFixedOptions): Promise<void> {
  const { config, problems, store, environment, tokenizer, observer, signal } = options
  const { seed, training, evaluation } = config
  const budget = createBudget(training.maxCostUsd, () => store.spentUsd())
  const found = await searchFixedWorkflows({
    environment,
    problems: searchSplit(problems.train, seed, evaluation.baselines.searchProblems),
    seed,
    concurrency: training.concurrency,
    signal,
    beforeAttempt: () => {
      // The search counts no attempts under way: it is held to what has been spent.
      budget.assertRoom()
      budget.release()
    },
    onProgress: (done, total) => observer({ kind: 'rollout', label: 'search', done, total }),
  })
  store.event(
    bestFixedLabel,
    found.map(({ group: type, best, standings }) => {
      const { name, correct, scored } = best
      return { type, name, correct, scored, candidates: standings.length }
    }),
  )
  const { problems: measured } = problems.reported
  const total = measured.length
  let done = 0
  const record = await evaluate(
    fixedPolicy(measured, new Map(found.map(({ group, best }) => [group, best.program])), tokenizer),
    {
      seed,
      label: bestFixedLabel,
      step: 0,
      split: problems.reported,
      sampling: greedyDecoding,
      maxTokens: config.policy.maxCompletionTokens,
      concurrency: training.concurrency,
      maxUnscorableRate: training.maxUnscorableRate,
      onRollout: () => observer({ kind: 'rollout', label: 'best fixed', done: ++done, total }),
    },
    {
      environment,
      tokenizer,
      journal: store,
      budget,
      now: Date.now,
    },
    signal,
  )
  store.recordEvaluation(record)
  observer({ kind: 'evaluation', record })
  for (const { group, best } of found) {
    observer({ kind: 'notice', level: 'note', message: `best fixed workflow for ${group}: ${best.name}` })
  }
}

/** So many training problems of each type. */
function searchSplit(problems: readonly Problem[], seed: number, perType: number): Problem[] {
  const taken = new Map<string, number>()
  return randomFor(seed, 'search-split')
    .shuffle(problems)
    .filter(({ type }) => {
      const count = (taken.get(type) ?? 0) + 1
      taken.set(type, count)
      return count <= perType
    })
}

/** "Samples" the program of each problem's type: requests come in the order of the problems. */
function fixedPolicy(
  problems: readonly Problem[],
  programs: ReadonlyMap<string, string>,
  tokenizer: Tokenizer,
): PolicySampler {
  return {
    sample: async (requests) =>
      requests.map(({ count }, i) => {
        const program = programs.get((problems[i] as Problem).type) ?? ''
        const tokens = [...tokenizer.encode(program), tokenizer.endOfTextId]
        const completion = { tokens, logprobs: tokens.map(() => 0), stopReason: 'stop' } as const
        return Array.from({ length: count }, () => completion)
      }),
    logprobs: async (sequences) => sequences.map(({ completion }) => new Float32Array(completion.length)),
  }
}
