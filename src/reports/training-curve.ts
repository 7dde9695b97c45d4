/**
 * Reward and accuracy over the training as means of a few steps with a 95 % band. The unit of the band is the problem:
 * the rollouts of a group are alike, so a band over rollouts would be too narrow.
 */
import { meanInterval } from '../core/intervals.ts'
import type { RolloutRecord } from '../core/records.ts'

export interface CurvePoint {
  readonly step: number
  readonly value: number
  readonly low: number
  readonly high: number
  /** Problems that the point stands for. */
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
  const rewards = problemMeans(rollouts, ({ score }) => (score.kind === 'scored' ? score.reward : null))
  const correct = problemMeans(rollouts, ({ score }) => (score.kind === 'scored' ? Number(score.isCorrect) : null))
  const unit = ({ low, high, ...point }: CurvePoint): CurvePoint => ({
    ...point,
    low: Math.max(0, low),
    high: Math.min(1, high),
  })
  return {
    window,
    reward: curveOf(rewards, steps, window),
    accuracy: curveOf(correct, steps, window).map(unit),
  }
}

/** `step -> one mean a problem`. */
function problemMeans(
  rollouts: readonly RolloutRecord[],
  read: (rollout: RolloutRecord) => number | null,
): Map<number, number[]> {
  const groups = new Map<string, { step: number; sum: number; count: number }>()
  for (const rollout of rollouts) {
    const value = read(rollout)
    if (value === null) continue
    const key = `${rollout.step} ${rollout.position}`
    const group = groups.get(key) ?? { step: rollout.step, sum: 0, count: 0 }
    groups.set(key, { step: group.step, sum: group.sum + value, count: group.count + 1 })
  }
  const means = new Map<number, number[]>()
  for (const { step, sum, count } of groups.values()) means.set(step, [...(means.get(step) ?? []), sum / count])
  return means
}

function curveOf(
  means: ReadonlyMap<number, readonly number[]>,
  steps: readonly number[],
  window: number,
): CurvePoint[] {
  return steps.flatMap((step, i) => {
    const values = steps.slice(Math.max(0, i + 1 - window), i + 1).flatMap((at) => means.get(at) ?? [])
    if (values.length < 2) return []
    const { mean, low, high, n } = meanInterval(values)
    return [{ step, value: mean, low, high, n }]
  })
}
