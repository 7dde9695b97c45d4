/** What a generator that was not trained reached: the average rollout, and the best of each group. */
import { type ProblemOutcome, type Rate, rateByProblem } from '../core/clustered-rate.ts'
import type { RolloutRecord } from '../core/records.ts'

export interface BestOfN {
  readonly n: number
  readonly single: Rate
  /** Chosen by the reward, which has seen the reference answer: an upper bound. */
  readonly best: Rate
}

/** @param rollouts of training steps. @returns null where none could be scored. */
export function bestOfNOf(rollouts: readonly RolloutRecord[]): BestOfN | null {
  const groups = Map.groupBy(rollouts, ({ step, position }) => `${step} ${position}`)
  const best: ProblemOutcome[] = []
  const all: ProblemOutcome[] = []
  let n = 0
  for (const group of groups.values()) {
    n = Math.max(n, group.length)
    const scored = group.flatMap(({ score, problemId }) => {
      if (score.kind !== 'scored') return []
      return [{ reward: score.reward, outcome: { problemId, isCorrect: score.isCorrect } }]
    })
    all.push(...scored.map(({ outcome }) => outcome))
    const [first] = scored.sort((a, b) => b.reward - a.reward)
    if (first !== undefined) best.push(first.outcome)
  }
  return best.length === 0 ? null : { n, single: rateByProblem(all), best: rateByProblem(best) }
}
