import type { Config } from '../config/index.ts'
import type { PolicyLossOptions } from '../core/policy-loss.ts'

/**
 * The policy loss that `training.loss` asks for.
 * @param maxCompletionLength tokens; what `dr_grpo` and `seq_mean_token_sum_norm` divide by.
 */
export function lossOptions(config: Config['training']['loss'], maxCompletionLength: number): PolicyLossOptions {
  const { type, importance, importanceCap, importanceFloor, importanceLength, ...rest } = config
  return {
    ...rest,
    loss: type,
    maxCompletionLength,
    importance:
      importance === null
        ? null
        : { mode: importance, cap: importanceCap, floor: importanceFloor, length: importanceLength },
  }
}
