/** What a scorer says of an answer and a reference. */
export interface AnswerComparison {
  /** `not understood`: one side was not, or the two could not be compared: a judge must say. */
  readonly outcome: 'equal' | 'different' | 'not understood'
  /** What was taken for the final answer of the prediction; null where there is none. */
  readonly prediction: string | null
  readonly reference: string | null
  /** One sentence. */
  readonly reason: string
}
