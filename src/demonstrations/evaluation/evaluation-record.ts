/**
 * What an evaluation leaves on disk: its identity and one row a method, number of shots and question. All tables are
 * made from these rows, so an evaluation can be read again in ways that were not planned when it ran.
 */

/** Two evaluations can be compared where all of this is the same. */
export interface EvaluationIdentity {
  /** sha256 over ids, texts and answers of the questions, in order. */
  readonly questionsHash: string
  readonly questionCount: number
  /** sha256 of the whole evaluation profile: template, system prompt, decoding, post-processing, normalisation. */
  readonly profileHash: string
  readonly profileName: string
  /** sha256 over every question's pool; null where the predictions came from elsewhere. */
  readonly poolHash: string | null
  /** The answering model. */
  readonly model: string
}

/** The name of the method under evaluation; the others are its baselines. */
export type MethodName = string

/** One question answered with one method's demonstrations. */
export interface EvaluatedQuestion {
  readonly method: MethodName
  readonly shots: number
  readonly questionId: string
  /** Questions about one image are not independent. */
  readonly imageId: string
  /** Ids in the order of the prompt: the last is next to the question. */
  readonly demonstrations: readonly string[]
  /** After post-processing; null where the answering model failed. */
  readonly prediction: string | null
  /** In [0, 1]; null where the answering model failed: a failure is not a wrong answer. */
  readonly score: number | null
}

/** The files of an evaluation in its run folder. */
export const identityFile = 'evaluation.json'
export const questionsFile = 'questions.jsonl'
