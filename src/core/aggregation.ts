/**
 * How the losses of tokens become one number. Every form here is linear with one weight a sequence:
 * loss = sum_i w_i sum_t loss_it, over the live tokens t of the sequences i.
 */
import type { PolicyLossName } from './policy-loss-names.ts'

export interface BatchShape {
  /** Sequences in the batch, those without a live token included. */
  readonly sequences: number
  /** Live tokens in the batch. */
  readonly tokens: number
  readonly maxCompletionLength: number
}

/** @param length live tokens of the sequence. @returns the weight of each of its tokens. */
export function tokenWeight(loss: PolicyLossName, length: number, batch: BatchShape): number {
  switch (loss) {
    // Mean over the tokens of a sequence, then over sequences.
    case 'grpo':
    case 'gspo':
    case 'sapo':
      return 1 / (batch.sequences * Math.max(1, length))
    // Mean over all tokens.
    case 'bnpo':
    case 'dapo':
    case 'cispo':
    case 'cispo_verl':
    case 'vespo':
      return 1 / batch.tokens
    // Sum over tokens, mean over sequences. The losses of whole sequences are spread over their tokens in `objectives.ts`.
    case 'seq_mean_token_sum':
    case 'luspo':
    case 'gmpo':
    case 'rloo':
      return 1 / batch.sequences
    case 'dr_grpo':
      return 1 / (batch.sequences * batch.maxCompletionLength)
    // verl divides the total by the padded length and not by the number of sequences.
    case 'seq_mean_token_sum_norm':
      return 1 / batch.maxCompletionLength
    default:
      return loss satisfies never
  }
}
