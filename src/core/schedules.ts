/** Learning rate and sampling temperature as functions of the step. Steps count from 1. */

export interface LearningRateSchedule {
  /** The highest rate, reached after the warm-up. */
  readonly learningRate: number
  /** Steps whose rate is below it: an even rise from 0, which itself is never used. */
  readonly warmupSteps: number
  /** After the warm-up: the same, or falling on a line or a half cosine that reaches 0 just after the last step. */
  readonly schedule: 'constant' | 'linear' | 'cosine'
}

/**
 * Rate of step `step` of `totalSteps`; above 0 for every step, so that no step's rollouts are bought in vain.
 * @throws RangeError unless step is 1 or more.
 */
export function learningRateAt(options: LearningRateSchedule, step: number, totalSteps: number): number {
  const { learningRate, warmupSteps, schedule } = options
  if (!(step >= 1)) throw new RangeError(`steps count from 1 (got ${step})`)
  if (step <= warmupSteps) return (learningRate * step) / (warmupSteps + 1)
  if (schedule === 'constant') return learningRate
  const progress = Math.min(1, (step - 1 - warmupSteps) / Math.max(1, totalSteps - warmupSteps))
  return learningRate * (schedule === 'linear' ? 1 - progress : 0.5 * (1 + Math.cos(Math.PI * progress)))
}

export interface TemperatureSchedule {
  readonly shape: 'constant' | 'linear'
  /** Temperature of the last step. Read when the shape is `linear`. */
  readonly final: number
}

/** Sampling temperature of step `step` of `totalSteps`: `initial` at the first, `final` at the last and beyond. */
export function temperatureAt(
  initial: number,
  { shape, final }: TemperatureSchedule,
  { step, totalSteps }: { readonly step: number; readonly totalSteps: number },
): number {
  if (shape === 'constant' || totalSteps <= 1) return initial
  const progress = Math.min(1, Math.max(0, (step - 1) / (totalSteps - 1)))
  return initial * (1 - progress) + final * progress
}
