/**
 * The search for the best fixed workflow of each problem type: what a policy has to beat. Successive halving
 * (arXiv:1502.07943): all candidates on a few problems, the better ones on twice as many, until the finalists have seen
 * all. Random draws depend on seed and problem alone, so candidates are compared like with like. It measures on the
 * search split only; what the winners score elsewhere is measured elsewhere.
 */
import type { Problem, ProblemType } from '../core/problem.ts'
import { randomFor } from '../core/random.ts'
import { type Environment, mapConcurrently } from '../training/index.ts'
import { enumeratePlans, planName, writeProgram } from './programs/index.ts'

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
  /** Default: every canonical plan of moderate size. */
  readonly candidates?: (type: ProblemType) => readonly FixedWorkflow[]
  /** Called before each attempt; what it throws ends the search. */
  readonly beforeAttempt?: () => void
  readonly onProgress?: (done: number, total: number) => void
}

/** How a candidate stands when it left the search. */
export interface FixedWorkflowStanding extends FixedWorkflow {
  readonly correct: number
  /** Attempts with a verdict; the accuracy is `correct / scored`. */
  readonly scored: number
  readonly attempts: number
  readonly costUsd: number
  readonly llmCalls: number
}

export interface BestFixedWorkflow {
  readonly type: ProblemType
  readonly best: FixedWorkflowStanding
  /** Every candidate, best first; those that stayed longer stand before those that left earlier. */
  readonly standings: readonly FixedWorkflowStanding[]
  /** Candidates and problems of each round. */
  readonly rounds: readonly { readonly candidates: number; readonly problems: number }[]
}

/** @returns one winner for each type among the problems, types in alphabetical order. */
export async function searchFixedWorkflows(search: FixedWorkflowSearch): Promise<BestFixedWorkflow[]> {
  const { problems, candidates = canonicalCandidates } = search
  const types = [...new Set(problems.map((problem) => problem.type))].sort()
  const plans = types.map((type) => {
    const own = problems.filter((problem) => problem.type === type)
    const shuffled = randomFor(search.seed, 'fixed-workflows', type).shuffle(own)
    const listed = candidates(type)
    if (listed.length === 0) throw new RangeError(`there are no candidates for ${type} problems`)
    return { type, problems: shuffled, candidates: listed, rounds: roundsOf(listed.length, shuffled.length) }
  })
  const total = plans.reduce((sum, plan) => sum + attemptsOf(plan.rounds), 0)
  let done = 0
  const found: BestFixedWorkflow[] = []
  for (const plan of plans) found.push(await searchType(plan, search, () => search.onProgress?.(++done, total)))
  return found
}

function canonicalCandidates(type: ProblemType): FixedWorkflow[] {
  return enumeratePlans(type).map((plan) => ({ name: planName(plan), program: writeProgram(plan) }))
}

interface Round {
  readonly candidates: number
  /** Seen by the end of the round, earlier rounds included. */
  readonly problems: number
}

/** Fewer problems do not tell candidates apart. */
const firstRoundProblems = 8
/** Candidates that meet every problem. */
const finalists = 4

/** Problems double from round to round, and candidates shrink by an even factor from all of them to the finalists. */
function roundsOf(candidates: number, problems: number): Round[] {
  const ends = [problems]
  for (let end = firstRoundProblems; end <= problems / 2; end *= 2) ends.splice(-1, 0, end)
  const factor = ends.length < 2 ? 1 : Math.min(1, finalists / candidates) ** (1 / (ends.length - 1))
  return ends.map((end, i) => ({ candidates: Math.ceil(candidates * factor ** i - 1e-9), problems: end }))
}

function attemptsOf(rounds: readonly Round[]): number {
  return rounds.reduce((sum, round, i) => sum + round.candidates * (round.problems - (rounds[i - 1]?.problems ?? 0)), 0)
}

interface TypePlan {
  readonly type: ProblemType
  readonly problems: readonly Problem[]
  readonly candidates: readonly FixedWorkflow[]
  readonly rounds: readonly Round[]
}

async function searchType(
  plan: TypePlan,
  search: FixedWorkflowSearch,
  onAttempt: () => void,
): Promise<BestFixedWorkflow> {
  let standing: FixedWorkflowStanding[] = plan.candidates.map(({ name, program }) => ({
    name,
    program,
    correct: 0,
    scored: 0,
    attempts: 0,
    costUsd: 0,
    llmCalls: 0,
  }))
  let left: FixedWorkflowStanding[] = []
  let seen = 0
  for (const round of plan.rounds) {
    left = [...standing.slice(round.candidates), ...left]
    const fresh = plan.problems.slice(seen, round.problems)
    standing = ranked(await measure(standing.slice(0, round.candidates), fresh, search, onAttempt))
    seen = round.problems
  }
  const standings = [...standing, ...left]
  return { type: plan.type, best: standings[0] as FixedWorkflowStanding, standings, rounds: plan.rounds }
}

/** Every candidate on every problem, added to what is known of it. */
async function measure(
  candidates: readonly FixedWorkflowStanding[],
  problems: readonly Problem[],
  { environment, seed, concurrency, signal, beforeAttempt }: FixedWorkflowSearch,
  onAttempt: () => void,
): Promise<FixedWorkflowStanding[]> {
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
  return candidates.map((candidate, i) => {
    const own = outcomes.slice(i * problems.length, (i + 1) * problems.length)
    const scores = own.map(({ score }) => score).filter((score) => score.kind === 'scored')
    return {
      ...candidate,
      correct: candidate.correct + scores.filter((score) => score.isCorrect).length,
      scored: candidate.scored + scores.length,
      attempts: candidate.attempts + own.length,
      costUsd: own.reduce((sum, { costUsd }) => sum + costUsd, candidate.costUsd),
      llmCalls: own.reduce((sum, { llmCalls }) => sum + llmCalls, candidate.llmCalls),
    }
  })
}

/** By accuracy, then by fewer LLM calls, then in the order given (the sort is stable). */
function ranked(standings: readonly FixedWorkflowStanding[]): FixedWorkflowStanding[] {
  const accuracy = ({ correct, scored }: FixedWorkflowStanding): number => (scored === 0 ? 0 : correct / scored)
  const effort = ({ llmCalls, attempts }: FixedWorkflowStanding): number => llmCalls / Math.max(1, attempts)
  return [...standings].sort((a, b) => accuracy(b) - accuracy(a) || effort(a) - effort(b))
}
