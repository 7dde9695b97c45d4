/**
 * What a family of generated problems is: a rule that turns a random stream and a level into one problem.
 * A family does not number, deduplicate or split its problems; `synthesise.ts` does.
 */
import type { ProblemType } from '../../core/problem.ts'
import type { Rng } from '../../core/random.ts'

/** A problem without its id and source. */
export interface Draft {
  readonly question: string
  readonly answer: string
  /** What makes the problem itself, apart from its wording: two drafts of a family with equal parameters are one problem. */
  readonly parameters: readonly (string | number)[]
  readonly context?: string
  readonly entryPoint?: string
  readonly publicTests?: readonly string[]
  readonly hiddenTests?: readonly string[]
}

export interface Family {
  readonly name: string
  readonly type: Exclude<ProblemType, 'vqa'>
  /**
   * @param level 1 to 5: the number of steps (math, code), or hops and distractors (qa).
   * @returns null when the draw came out unusable (an odd division, a rule that no test can distinguish
   * from a wrong one); draw again.
   */
  make(rng: Rng, level: number): Draft | null
}
