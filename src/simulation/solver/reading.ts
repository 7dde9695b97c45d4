/**
 * What the solver makes of a problem's text: a reading, from which every reply is written.
 * A reading is got from the words of the question (and context) alone; no reference answer, id or table of problems is known here.
 */
import type { Rng } from '../../core/random.ts'

export type ReadingType = 'math' | 'code' | 'qa'

/** How an answer (right or wrong) is reached and explained. */
export interface WorkedSolution {
  /** The final answer; for code the source of the function. */
  readonly answer: string
  /** The way to it, one sentence an element. */
  readonly explanation: readonly string[]
  /** Python source that computes the answer when `solve()` is called; for code problems it defines the function as well. */
  readonly program: string
}

export interface Reading {
  readonly type: ReadingType
  readonly family: string
  /** Stands for the problem in every random draw: the same problem gives the same key, whatever prompt it is found in. */
  readonly key: string
  /** 1 to 5, estimated from what was read: steps (math), stages (code), hops and number of facts (qa). */
  readonly difficulty: number
  right(): WorkedSolution
  /**
   * A plausible slip of the family; its answer differs from the right one (for code: the function misbehaves).
   * @param form `program`: the slip must be one that a program can carry; `told`: slips of mental arithmetic as well.
   */
  wrong(rng: Rng, form: 'told' | 'program'): WorkedSolution
}

/** A reader of one family. `cues` are lower-case phrases, one of which is in every problem of the family. */
export interface Reader {
  readonly family: string
  readonly cues: readonly string[]
  /** @param text one line, white space collapsed, `%`, `$` and typographic signs spelt plainly (see `tidy`). */
  read(text: string): Reading | null
}

export function clampLevel(steps: number): number {
  return Math.max(1, Math.min(5, Math.round(steps)))
}
