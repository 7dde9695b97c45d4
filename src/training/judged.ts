/** Attempts that were made and scored before the training: imitated, or learned from where rollouts are `collected`. */
import type { Config } from '../config/index.ts'
import { hasSpread } from '../core/moments.ts'
import type { Problem } from '../core/problem.ts'
import type { SampledCompletion } from '../engines/policy-engine.ts'
import type { AttemptOutcome } from './environment.ts'
import { problemsOfStep } from './problem-order.ts'

export interface JudgedAttempt {
  readonly completion: Pick<SampledCompletion, 'tokens' | 'stopReason'>
  readonly outcome: AttemptOutcome
}

export interface JudgedProblem {
  readonly problem: Problem
  /** What the policy is asked with; absent: what the environment asks for this problem. */
  readonly prompt?: readonly number[]
  readonly attempts: readonly JudgedAttempt[]
}

export interface JudgedAttempts {
  readonly train: readonly JudgedProblem[]
  /** Never learned from: what the loss of imitation is watched on. */
  readonly heldOut: readonly JudgedProblem[]
  /** The attempts were chosen among others before: a single one of a problem is worth learning. Default false. */
  readonly areChosen?: boolean
}

/** Rewards of the attempts that have one, with their completions. */
export function scoredAttempts({
  attempts,
}: JudgedProblem): { readonly tokens: readonly number[]; readonly reward: number }[] {
  return attempts.flatMap(({ completion: { tokens }, outcome: { score } }) =>
    score.kind === 'scored' ? [{ tokens, reward: score.reward }] : [],
  )
}

/** Which problems teach anything. */
export interface LearnableChoice {
  /** Leave out problems whose rewards are all alike. */
  readonly dropZeroSignal: boolean
  /** `JudgedAttempts.areChosen`. */
  readonly areChosen?: boolean | undefined
}

/** Problems to learn from, without attempts that have no score: two or more are left of each and, where asked, their rewards differ. */
export function learnable(
  problems: readonly JudgedProblem[],
  { dropZeroSignal, areChosen = false }: LearnableChoice,
): JudgedProblem[] {
  return problems
    .map((judged) => ({
      ...judged,
      attempts: judged.attempts.filter(({ outcome }) => outcome.score.kind === 'scored'),
    }))
    .filter((judged) => {
      const rewards = scoredAttempts(judged).map(({ reward }) => reward)
      if (areChosen) return rewards.length > 0
      return rewards.length >= 2 && (!dropZeroSignal || hasSpread(rewards))
    })
}

/** The learnable problems of a step: all passes in seeded order, as problems are taken that are sampled for. */
export function judgedProblemsOfStep(
  { config, judged }: { readonly config: Config; readonly judged?: JudgedAttempts },
  step: number,
  problemsPerStep: number,
): JudgedProblem[] {
  const dropZeroSignal = config.training.dropZeroSignalGroups
  const all = learnable(judged?.train ?? [], { dropZeroSignal, areChosen: judged?.areChosen })
  const byId = new Map(all.map((judgedProblem) => [judgedProblem.problem.id, judgedProblem]))
  const count = Math.min(problemsPerStep, all.length)
  return problemsOfStep(
    all.map(({ problem }) => problem),
    { seed: config.seed, step, count },
  ).map(({ id }) => byId.get(id) as JudgedProblem)
}
