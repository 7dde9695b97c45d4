import type { AnswerOverlap } from '../../datasets/index.ts'
import type { ScorerVerdict } from '../../rewards/index.ts'
import type { AnswerPair } from './pairs.ts'

/** `judge`: only a judge could say. */
export interface PairScore {
  readonly type: AnswerPair['type']
  readonly verdict: 'true' | 'false' | 'judge' | 'unscorable'
  readonly scorer: ScorerVerdict['scorer'] | 'judge'
  /** What was taken for the final answer, and for the reference. */
  readonly read: { readonly prediction: string | null; readonly reference: string | null }
  readonly reason: string
  /** Of qa: exact match and F1 of SQuAD and DROP. */
  readonly overlap?: AnswerOverlap
}
