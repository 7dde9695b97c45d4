/**
 * Where a stage of imitation ends: at its last planned step, or earlier where the loss on held-out problems has stopped
 * falling. A function of the recorded steps alone, so that a resumed run ends where an undisturbed one does.
 */
import type { StepRecord } from './records.ts'

export const heldOutLoss = 'imitation/held_out_loss'

export interface ImitationStage {
  /** Steps of the stage, as far as is known: those that were planned unless it ended early. */
  readonly steps: number
  /** The step with the lowest loss on held-out problems, the earliest of equals; null where none was measured. */
  readonly best: number | null
}

/**
 * @param records in any order; those of later stages are not read.
 * @param patience measurements in a row without a lower loss after which the stage ends; null: it does not end early.
 */
export function imitationStage(
  records: readonly StepRecord[],
  { steps, patience }: { readonly steps: number; readonly patience: number | null },
): ImitationStage {
  let best: { readonly step: number; readonly loss: number } | null = null
  let missed = 0
  for (const { step, metrics } of records.toSorted((a, b) => a.step - b.step)) {
    const loss = metrics[heldOutLoss]
    if (step > steps || loss === undefined) continue
    if (best === null || loss < best.loss) {
      best = { step, loss }
      missed = 0
    } else missed += 1
    if (patience !== null && missed >= patience) return { steps: step, best: best.step }
  }
  return { steps, best: best?.step ?? null }
}
