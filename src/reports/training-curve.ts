/**
 * Reward and accuracy over the training as means of a few steps with a 95 % band. The unit of the band is the problem:
 * the rollouts of a group are alike, so a band over rollouts would be too narrow.
 */
import { clusteredRate } from '../core/clustered-rate.ts'
import { meanInterval } from '../core/intervals.ts'
import type { RolloutRecord } from '../core/records.ts'

export interface CurvePoint {
  readonly step: number
  readonly value: number
  readonly low: number
  readonly high: number
  /** Number of problems behind the point. */
  readonly n: number
}

export interface TrainingCurves {
  /** Steps that each point averages: the step itself and those before it. */
  readonly window: number
  readonly reward: readonly CurvePoint[]
  readonly accuracy: readonly CurvePoint[]
}

/** Short runs are shown step by step. */
const stepsToSmooth = 20
const longWindow = 5

/** @param rollouts of training, any order. */
export function trainingCurves(rollouts: readonly RolloutRecord[]): TrainingCurves {
  const steps = [...new Set(rollouts.map((rollout) => rollout.step))].sort((a, b) => a - b)
  const window = steps.length >= stepsToSmooth ? longWindow : 1
  const atSteps = (pointOf: (list: readonly RolloutRecord[]) => Omit<CurvePoint, 'step'> | null): CurvePoint[] => {
    const byStep = Map.groupBy(rollouts, ({ step }) => step)
    return steps.flatMap((step, i) => {
      const within = steps.slice(Math.max(0, i + 1 - window), i + 1)
      const point = pointOf(within.flatMap((at) => byStep.get(at) ?? []))
      return point === null ? [] : [{ step, ...point }]
    })
  }
  return { window, reward: atSteps(rewardPoint), accuracy: atSteps(accuracyPoint) }
}

interface ProblemScores {
  rewardSum: number
  right: number
  trials: number
}

/** What could be scored, by problem. */
function byProblem(rollouts: readonly RolloutRecord[]): ProblemScores[] {
  const problems = new Map<string, ProblemScores>()
  for (const { problemId, score } of rollouts) {
    if (score.kind !== 'scored') continue
    const known = problems.get(problemId) ?? { rewardSum: 0, right: 0, trials: 0 }
    known.rewardSum += score.reward
    known.right += Number(score.isCorrect)
    known.trials += 1
    problems.set(problemId, known)
  }
  return [...problems.values()]
}

/** null where fewer than two problems were scored: one says nothing about spread. */
function rewardPoint(rollouts: readonly RolloutRecord[]): Omit<CurvePoint, 'step'> | null {
  const means = byProblem(rollouts).map(({ rewardSum, trials }) => rewardSum / trials)
  if (means.length < 2) return null
  const { mean, low, high, n } = meanInterval(means)
  return { value: mean, low, high, n }
}

function accuracyPoint(rollouts: readonly RolloutRecord[]): Omit<CurvePoint, 'step'> | null {
  const { value, low, high, n } = clusteredRate(byProblem(rollouts))
  return n === 0 ? null : { value, low, high, n }
}
