/** Before money is spent on training: how many groups can be expected to teach anything. */
import { rateByProblem } from '../core/clustered-rate.ts'
import { BatonError } from '../core/failure.ts'
import type { EvaluationOutcome } from '../core/records.ts'
import { forecastSignal, type SignalForecast } from '../core/signal-forecast.ts'

/** Below this expected share of groups with signal a training is hardly worth its cost. */
const lowShare = 0.05

export interface SignalPlan {
  readonly groupSize: number
  /** Groups that the training will sample. */
  readonly groups: number
  /** Dollars, the judge's included. */
  readonly rolloutCostUsd: number
  readonly acceptLowSignal: boolean
  /** Whether problems have a difficulty that can be limited. */
  readonly hasDifficulty: boolean
}

/** @throws BatonError (exit code 4) when hardly any group is expected to carry signal, unless that is accepted. */
export function checkSignal(outcomes: readonly EvaluationOutcome[], plan: SignalPlan): SignalForecast {
  const byProblem = new Map<string, { passes: number; trials: number }>()
  for (const { problemId, isCorrect } of outcomes) {
    if (isCorrect === null) continue
    const seen = byProblem.get(problemId) ?? { passes: 0, trials: 0 }
    byProblem.set(problemId, { passes: seen.passes + (isCorrect ? 1 : 0), trials: seen.trials + 1 })
  }
  const tried = [...byProblem.values()]
  const forecast = forecastSignal(tried, plan.groupSize)
  if (forecast.share >= lowShare || tried.length === 0 || plan.acceptLowSignal) return forecast
  const right = rateByProblem(outcomes)
  const costUsd = plan.rolloutCostUsd * plan.groups * plan.groupSize
  const percent = (share: number): string => (100 * share).toFixed(1)
  const none = `${percent(1 - forecast.share)} % [${percent(1 - forecast.high)}, ${percent(1 - forecast.low)}]`
  const passed = `${percent(right.value)} % [${percent(right.low)}, ${percent(right.high)}], n = ${right.n} problems`
  throw new BatonError(
    `${none} of groups are expected to carry no signal, right and wrong answers mixed (right: ${passed}; G = ${plan.groupSize}): training would spend about $${costUsd.toFixed(2)} to learn from ${Math.round(forecast.share * plan.groups)} of ${plan.groups} groups.`,
    {
      boundary: 'dataset',
      code: 'low-signal',
      exitCode: 4,
      hint: `Try ${plan.hasDifficulty ? '--set data.maxDifficulty=2, or ' : ''}--set training.groupSize=${4 * plan.groupSize}. Continue with --accept-low-signal.`,
      resumeWith: '--accept-low-signal',
    },
  )
}
