/**
 * What a policy has to beat, measured where the policy is measured: fixed workflows that a search on training problems
 * found (the best one for all problems, the best for each type, and for each type those that no other one beats without
 * more calls), and an oracle that knows what each problem wants. Equal programs on equal problems are attempted once.
 */
import type { Config } from '../config/index.ts'
import { bestFixedLabel, fixedOverallLabel, frontierLabel, oracleLabel } from '../core/evaluation-labels.ts'
import { thinned } from '../core/pareto.ts'
import type { Problem } from '../core/problem.ts'
import { randomFor } from '../core/random.ts'
import type { EvaluationRecord, SearchedWorkflow } from '../core/records.ts'
import type { Tokenizer } from '../engines/index.ts'
import type { RunStore } from '../runs/index.ts'
import { type Budget, createBudget, type Environment, evaluate, greedyDecoding } from '../training/index.ts'
import {
  attemptOnce,
  type FixedWorkflowResult,
  type FoundWorkflows,
  meanReward,
  searchFixedWorkflows,
} from '../workflows/index.ts'
import { fixedPolicy } from './fixed-policy.ts'
import { readOracle } from './oracle.ts'
import type { RunProblems } from './run-problems.ts'

export interface FixedWorkflowOptions {
  readonly config: Config
  readonly problems: RunProblems
  readonly store: RunStore
  readonly environment: Environment
  readonly tokenizer: Tokenizer
  readonly signal: AbortSignal
}

/** Records one evaluation each and, as an event, which workflows they are made of. The evaluation `best-fixed` comes last. */
export async function measureFixedWorkflows(options: FixedWorkflowOptions): Promise<void> {
  const { config, problems, store } = options
  const budget = createBudget(config.training.maxCostUsd, () => store.spentUsd())
  const found = await search(options, budget)
  const oracle = await readOracle(config, problems)
  if (oracle.note !== null) store.event({ kind: 'notice', level: 'note', message: oracle.note })
  const places = frontierPlaces(found.byType, config.evaluation.baselines.frontier)
  store.event({ kind: 'fixed-workflows', workflows: searchedWorkflows(found, places) })
  const { problems: all } = problems.reported
  const byType = new Map(found.byType.map(({ group, best }) => [group, best.program]))
  const { overall } = found
  const measurements: Measurement[] = [
    ...places.map(({ label, type, result }) => ({
      label,
      problems: all.filter((problem) => problem.type === type),
      programOf: () => result.program,
      isPart: true,
    })),
    ...(overall === null ? [] : [{ label: fixedOverallLabel, problems: all, programOf: () => overall.best.program }]),
    ...(oracle.programOf === null ? [] : [{ label: oracleLabel, problems: all, programOf: oracle.programOf }]),
    { label: bestFixedLabel, problems: all, programOf: ({ type }) => byType.get(type) ?? '' },
  ]
  const records = await measureAll(measurements, options, budget)
  for (const record of records) store.recordEvaluation(record)
}

interface Found {
  readonly byType: readonly FoundWorkflows[]
  /** One workflow for all problems; null where there is one type only. */
  readonly overall: FoundWorkflows | null
}

async function search(
  { config, problems, store, environment, signal }: FixedWorkflowOptions,
  budget: Budget,
): Promise<Found> {
  const { seed, training, evaluation } = config
  const { searchProblems, frontier } = evaluation.baselines
  const shuffled = randomFor(seed, 'search-split').shuffle(problems.train)
  const common = {
    environment: attemptOnce(environment),
    seed,
    finalists: Math.max(4, frontier),
    concurrency: training.concurrency,
    maxUnscorableRate: training.maxUnscorableRate,
    signal,
    beforeAttempt: () => {
      // The search counts no attempts under way: it is held to what has been spent.
      budget.assertRoom()
      budget.release()
    },
  }
  const progress = (label: string) => (done: number, total: number) => recordProgress(store, { label, done, total })
  const byType = await searchFixedWorkflows({
    ...common,
    problems: firstOfEachType(shuffled, searchProblems),
    onProgress: progress('search'),
  })
  if (byType.length < 2) return { byType, overall: null }
  const [overall = null] = await searchFixedWorkflows({
    ...common,
    problems: shuffled.slice(0, searchProblems),
    groupOf: () => 'all',
    onProgress: progress('search all'),
  })
  return { byType, overall }
}

/** Attempts here are many and short: one event for each percent of them. */
function recordProgress(store: RunStore, { label, done, total }: { label: string; done: number; total: number }): void {
  const percent = (count: number): number => Math.floor((100 * count) / total)
  if (percent(done) > percent(done - 1)) store.event({ kind: 'rollout', label, done, total, place: null })
}

function firstOfEachType(problems: readonly Problem[], perType: number): Problem[] {
  const taken = new Map<string, number>()
  return problems.filter(({ type }) => {
    const count = (taken.get(type) ?? 0) + 1
    taken.set(type, count)
    return count <= perType
  })
}

interface FrontierPlace {
  readonly label: string
  readonly type: string
  readonly result: FixedWorkflowResult
}

/** What is measured of each type's frontier, cheapest first. */
function frontierPlaces(byType: readonly FoundWorkflows[], most: number): FrontierPlace[] {
  return byType.flatMap(({ group, frontier }) => {
    const points = frontier.map((result) => ({
      cost: result.calls / result.attempts,
      value: result.correct / Math.max(1, result.scored),
      result,
    }))
    return thinned(points, most).map(({ result }, i) => ({
      label: frontierLabel(group, i + 1),
      type: group,
      result,
    }))
  })
}

function searchedWorkflows({ byType, overall }: Found, places: readonly FrontierPlace[]): SearchedWorkflow[] {
  const entry = (label: string, { group, results }: FoundWorkflows, result: FixedWorkflowResult) => ({
    label,
    type: group,
    name: result.name,
    correct: result.correct,
    scored: result.scored,
    reward: meanReward(result),
    calls: result.calls / Math.max(1, result.attempts),
    candidates: results.length,
  })
  return [
    ...byType.map((found) => entry(bestFixedLabel, found, found.best)),
    ...(overall === null ? [] : [entry(fixedOverallLabel, overall, overall.best)]),
    ...places.map(({ label, type, result }) =>
      entry(label, byType.find(({ group }) => group === type) as FoundWorkflows, result),
    ),
  ]
}

interface Measurement {
  readonly label: string
  readonly problems: readonly Problem[]
  readonly programOf: (problem: Problem) => string
  /** Of a composite: its rollouts are not kept in the journal, only its outcomes. */
  readonly isPart?: boolean
}

const noJournal = { findRollout: () => undefined, recordRollout: () => undefined }

async function measureAll(
  measurements: readonly Measurement[],
  { config, problems, store, environment, tokenizer, signal }: FixedWorkflowOptions,
  budget: Budget,
): Promise<EvaluationRecord[]> {
  const { seed, training, policy } = config
  const once = attemptOnce(environment)
  const total = measurements.reduce((sum, measurement) => sum + measurement.problems.length, 0)
  let done = 0
  const records: EvaluationRecord[] = []
  for (const { label, problems: own, programOf, isPart = false } of measurements) {
    records.push(
      await evaluate(
        {
          policy: fixedPolicy(own.map(programOf), tokenizer),
          seed,
          label,
          step: 0,
          split: { name: problems.reported.name, problems: own },
          sampling: greedyDecoding,
          maxTokens: policy.maxCompletionTokens,
          concurrency: training.concurrency,
          maxUnscorableRate: training.maxUnscorableRate,
          onRollout: () => recordProgress(store, { label: 'fixed', done: ++done, total }),
        },
        { environment: once, tokenizer, journal: isPart ? noJournal : store, budget, now: Date.now, signal },
      ),
    )
  }
  return records
}
