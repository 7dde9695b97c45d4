/** The groups of a run's steps: what turned their rewards into advantages. */
import type { AdvantageOptions } from '../core/advantages.ts'
import { configOfStep, type RunReader } from '../runs/index.ts'

/** As the step was trained with; null where its configuration does not say. */
export function advantageOptionsOf(run: RunReader, step: number): AdvantageOptions | null {
  const training = configOfStep(run, step)['training'] as unknown as
    | { readonly advantages?: AdvantageOptions }
    | undefined
  return training?.advantages ?? null
}
