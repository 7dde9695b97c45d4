/** One dataset item in the unified schema. Every loader produces it, every environment consumes it. */

export type ProblemType = 'math' | 'code' | 'qa' | 'vqa'

export interface Problem {
  /** Unique within its dataset; the key of public tests, journals and paired comparisons. */
  readonly id: string
  readonly type: ProblemType
  /** Where it came from: a dataset name, or `synth/<family>`. */
  readonly source: string
  /** What is asked, without the context. */
  readonly question: string
  /** Reference answer (never empty). For code: a canonical solution, or a short description where none exists. */
  readonly answer: string
  /** Passage that the answer is read from (qa). */
  readonly context?: string
  /** Name of the function that a code problem asks for. */
  readonly entryPoint?: string
  /** Python sources that call `entryPoint` and raise on failure (`assert f(1) == 2`); shown to the Test operator. */
  readonly publicTests?: readonly string[]
  /**
   * Python sources that decide correctness. A source that defines `check(candidate)` has it called with the function;
   * any other is executed with `entryPoint` bound to it.
   */
  readonly hiddenTests?: readonly string[]
  /** 1 (easiest) to 5. */
  readonly difficulty: number
}

/** The text a workflow receives as `problem`: context and question for qa, else the question. */
export function problemText(problem: Problem): string {
  if (problem.context === undefined) return problem.question
  return `Context: ${problem.context}\n\nQuestion: ${problem.question}`
}
