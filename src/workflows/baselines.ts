/**
 * The search for fixed workflows: what a policy has to beat. Problems are grouped (by type, all together, by family and
 * difficulty), and each group is searched by successive halving (arXiv:1502.07943): all candidates on a few problems, the
 * better ones on twice as many, until the finalists have seen all. Better is either of two things, in turn: a higher mean
 * reward, or a place further out on the frontier of accuracy against calls. Random draws depend on seed and problem alone,
 * so candidates are compared like with like. It measures on the search split only; what the winners score elsewhere is
 * measured elsewhere.
 */
import { paretoLayers, paretoSet } from '../core/pareto.ts'
import type { Problem, ProblemType } from '../core/problem.ts'
import { randomFor } from '../core/random.ts'
import { type AttemptOutcome, type Environment, mapConcurrently, stopIfUnscorable } from '../training/index.ts'
import { candidatePlans, type Plan, planName, writeProgram } from './programs/index.ts'

export interface FixedWorkflow {
  readonly name: string
  readonly program: string
}

export interface FixedWorkflowSearch {
  readonly environment: Environment
  /** The search split: training problems, never those that are reported on. */
  readonly problems: readonly Problem[]
  readonly seed: number
  readonly concurrency: number
  readonly signal: AbortSignal
  /** Problems of one group get one workflow. Default: those of one type. */
  readonly groupOf?: (problem: Problem) => string
  /** Default: every plan of moderate size that makes sense for one of the group's types and is allowed for all of them. */
  readonly candidates?: (types: readonly ProblemType[]) => readonly FixedWorkflow[]
  /** Candidates that meet every problem of their group. Default 6. */
  readonly finalists?: number
  /** Stops with an error when a larger share of a round's attempts could not be scored. Default 1: never. */
  readonly maxUnscorableRate?: number
  /** Called before each attempt; what it throws ends the search. */
  readonly beforeAttempt?: () => void
  readonly onProgress?: (done: number, total: number) => void
}

/** The totals of a candidate when it left the search. */
export interface FixedWorkflowResult extends FixedWorkflow {
  readonly attempts: number
  /** Attempts with a verdict; the accuracy is `correct / scored`, the mean reward `reward / scored`. */
  readonly scored: number
  readonly correct: number
  readonly reward: number
  readonly calls: number
  readonly costUsd: number
}

export interface FoundWorkflows {
  readonly group: string
  /** Problems of the group that were searched on. */
  readonly problems: number
  /** The finalist with the highest mean reward. */
  readonly best: FixedWorkflowResult
  /** Finalists that no other one beats in accuracy without making more calls, fewest calls first. */
  readonly frontier: readonly FixedWorkflowResult[]
  /** Every candidate, those that stayed longer first; in each round by mean reward. */
  readonly results: readonly FixedWorkflowResult[]
  /** Candidates and problems of each round. */
  readonly rounds: readonly { readonly candidates: number; readonly problems: number }[]
}

/** @returns one result a group, groups in alphabetical order. */
export async function searchFixedWorkflows(search: FixedWorkflowSearch): Promise<FoundWorkflows[]> {
  const { problems, groupOf = (problem) => problem.type, candidates = sensibleWorkflows, finalists = 6 } = search
  const groups = [...new Set(problems.map(groupOf))].sort()
  const plans = groups.map((group) => {
    const own = problems.filter((problem) => groupOf(problem) === group)
    const shuffled = randomFor(search.seed, 'fixed-workflows', group).shuffle(own)
    const listed = candidates([...new Set(own.map(({ type }) => type))].sort())
    if (listed.length === 0) throw new RangeError(`there are no candidates for ${group} problems`)
    return { group, problems: shuffled, candidates: listed, rounds: roundsOf(listed.length, own.length, finalists) }
  })
  const total = plans.reduce((sum, plan) => sum + attemptsOf(plan.rounds), 0)
  let done = 0
  const found: FoundWorkflows[] = []
  for (const plan of plans) found.push(await searchGroup(plan, search, () => search.onProgress?.(++done, total)))
  return found
}

/** By mean reward 0 of nothing. */
export function meanReward({ reward, scored }: FixedWorkflowResult): number {
  return scored === 0 ? 0 : reward / scored
}

function sensibleWorkflows(types: readonly ProblemType[]): FixedWorkflow[] {
  const plans = candidatePlans(types)
  const count = (name: string): number => plans.filter((plan) => planName(plan) === name).length
  return plans.map((plan) => {
    const name = planName(plan)
    return { name: count(name) > 1 ? `${name} (${keysOf(plan)})` : name, program: writeProgram(plan) }
  })
}

/** What the answers are read by: distinguishes plans that have all else in common. */
function keysOf(plan: Plan): string {
  return plan.flatMap((node) => (node.kind === 'generate' ? [node.generator.key] : [])).join(', ')
}

interface Round {
  readonly candidates: number
  /** Seen by the end of the round, earlier rounds included. */
  readonly problems: number
}

/** Fewer problems do not distinguish the candidates. */
const firstRoundProblems = 8

/** Problems double from round to round, and candidates shrink by an even factor from all of them to the finalists. */
function roundsOf(candidates: number, problems: number, finalists: number): Round[] {
  const ends = [problems]
  for (let end = firstRoundProblems; end <= problems / 2; end *= 2) ends.splice(-1, 0, end)
  const factor = ends.length < 2 ? 1 : Math.min(1, finalists / candidates) ** (1 / (ends.length - 1))
  return ends.map((end, i) => ({ candidates: Math.ceil(candidates * factor ** i - 1e-9), problems: end }))
}

function attemptsOf(rounds: readonly Round[]): number {
  return rounds.reduce((sum, round, i) => sum + round.candidates * (round.problems - (rounds[i - 1]?.problems ?? 0)), 0)
}

interface GroupPlan {
  readonly group: string
  readonly problems: readonly Problem[]
  readonly candidates: readonly FixedWorkflow[]
  readonly rounds: readonly Round[]
}

async function searchGroup(
  plan: GroupPlan,
  search: FixedWorkflowSearch,
  onAttempt: () => void,
): Promise<FoundWorkflows> {
  const nothing = { attempts: 0, scored: 0, correct: 0, reward: 0, calls: 0, costUsd: 0 }
  let remaining: FixedWorkflowResult[] = plan.candidates.map((candidate) => ({ ...candidate, ...nothing }))
  let left: FixedWorkflowResult[] = []
  let seen = 0
  for (const round of plan.rounds) {
    const stays = new Set(worthKeeping(remaining).slice(0, round.candidates))
    left = [...remaining.filter((candidate) => !stays.has(candidate)), ...left]
    const fresh = plan.problems.slice(seen, round.problems)
    const measured = await measure([...stays], fresh, { ...search, onAttempt })
    remaining = byReward(measured)
    seen = round.problems
  }
  return {
    group: plan.group,
    problems: seen,
    best: remaining[0] as FixedWorkflowResult,
    frontier: paretoSet(remaining.map(withCostAndValue)).map(({ candidate }) => candidate),
    results: [...remaining, ...left],
    rounds: plan.rounds,
  }
}

/** Every candidate on every problem, added to what is known of it. */
async function measure(
  candidates: readonly FixedWorkflowResult[],
  problems: readonly Problem[],
  {
    onAttempt,
    environment,
    seed,
    concurrency,
    signal,
    maxUnscorableRate = 1,
    beforeAttempt,
  }: FixedWorkflowSearch & { readonly onAttempt: () => void },
): Promise<FixedWorkflowResult[]> {
  const places = candidates.flatMap((candidate) => problems.map((problem) => ({ candidate, problem })))
  const completion = { tokens: [], logprobs: [], stopReason: 'stop' } as const
  const outcomes = await mapConcurrently(places, concurrency, async ({ candidate, problem }) => {
    signal.throwIfAborted()
    beforeAttempt?.()
    const key = [seed, 'fixed-workflows', problem.id]
    const outcome = await environment.attempt(problem, candidate.program, completion, { key, signal })
    onAttempt()
    return outcome
  })
  stopIfUnscorable(outcomes, maxUnscorableRate, 'the search for fixed workflows')
  return candidates.map((candidate, i) =>
    withOutcomes(candidate, outcomes.slice(i * problems.length, (i + 1) * problems.length)),
  )
}

function withOutcomes(known: FixedWorkflowResult, outcomes: readonly AttemptOutcome[]): FixedWorkflowResult {
  const scores = outcomes.map(({ score }) => score).filter((score) => score.kind === 'scored')
  return {
    ...known,
    attempts: known.attempts + outcomes.length,
    scored: known.scored + scores.length,
    correct: known.correct + scores.filter((score) => score.isCorrect).length,
    reward: scores.reduce((sum, score) => sum + score.reward, known.reward),
    calls: outcomes.reduce((sum, { solving }) => sum + solving.calls, known.calls),
    costUsd: outcomes.reduce((sum, { costUsd }) => sum + costUsd, known.costUsd),
  }
}

/** By mean reward, then by fewer calls, then in the order given (the sort is stable). */
function byReward(results: readonly FixedWorkflowResult[]): FixedWorkflowResult[] {
  return [...results].sort((a, b) => meanReward(b) - meanReward(a) || callsOf(a) - callsOf(b))
}

/** All candidates, those to keep first: in turn the next by mean reward and the next by the layers of the frontier. */
function worthKeeping(results: readonly FixedWorkflowResult[]): FixedWorkflowResult[] {
  const layers = paretoLayers(results.map(withCostAndValue)).map((layer) => layer.map(({ candidate }) => candidate))
  const byLayer = layers.flatMap(byReward)
  return [...new Set(byReward(results).flatMap((candidate, i) => [candidate, byLayer[i] as FixedWorkflowResult]))]
}

function withCostAndValue(candidate: FixedWorkflowResult) {
  const { correct, scored } = candidate
  return { cost: callsOf(candidate), value: scored === 0 ? 0 : correct / scored, candidate }
}

function callsOf({ calls, attempts }: FixedWorkflowResult): number {
  return calls / Math.max(1, attempts)
}
