/**
 * How often the simulator is right. The table is fixed: it was written down before anything was trained against it and is
 * not tuned. `docs/simulator.md` shows it; the `skill` knob scales all of it.
 */
import { hashKey } from '../../../core/random.ts'
import type { ReadingType } from './reading.ts'

/** How an answer is asked for: at once, step by step, or as a program. */
export type Mode = 'direct' | 'steps' | 'code'

/** Rates for difficulty 1, 2, 3, 4, 5. */
export type ByDifficulty = readonly [number, number, number, number, number]

export interface Skills {
  /** Multiplies every rate of `solve`; 1 is the documented simulator. */
  readonly skill: number
  /** Probability of a right answer. */
  readonly solve: Readonly<Record<ReadingType, Readonly<Record<Mode, ByDifficulty>>>>
  /** A problem is harder or easier than its difficulty says by up to this much, uniformly, by a hash of what it says. */
  readonly spread: number
  /** Lowest and highest probability of a right answer. */
  readonly range: readonly [low: number, high: number]
  /** Share of wrong programs that raise instead of returning a wrong value. */
  readonly raises: Readonly<Record<ReadingType, number>>
  /** A program whose failed tests are shown is repaired. */
  readonly repair: number
  /** Review calls a wrong (right) solution wrong. */
  readonly reviewFindsWrong: number
  readonly reviewDoubtsRight: number
  /** After feedback that says it is wrong, a wrong solution becomes right; a right one stays right. */
  readonly revise: Readonly<Record<ReadingType, number>>
  readonly reviseKeepsRight: number
  /** The judge's verdict is what a careful reader would say. */
  readonly judge: number
}

export const defaultSkills: Skills = {
  skill: 1,
  solve: {
    math: {
      direct: [0.62, 0.52, 0.42, 0.32, 0.22],
      steps: [0.74, 0.66, 0.56, 0.46, 0.36],
      code: [0.88, 0.82, 0.74, 0.66, 0.58],
    },
    qa: {
      direct: [0.62, 0.55, 0.48, 0.4, 0.32],
      steps: [0.72, 0.65, 0.57, 0.5, 0.42],
      code: [0.35, 0.3, 0.25, 0.2, 0.15],
    },
    code: {
      direct: [0.55, 0.47, 0.39, 0.31, 0.23],
      steps: [0.58, 0.5, 0.42, 0.34, 0.26],
      code: [0.68, 0.6, 0.52, 0.44, 0.36],
    },
  },
  spread: 0.12,
  range: [0.02, 0.98],
  raises: { math: 1 / 3, qa: 1 / 3, code: 0.15 },
  repair: 0.45,
  reviewFindsWrong: 0.7,
  reviewDoubtsRight: 0.06,
  revise: { qa: 0.6, math: 0.35, code: 0.45 },
  reviseKeepsRight: 0.6,
  judge: 0.99,
}

const always: ByDifficulty = [1, 1, 1, 1, 1]
const everyMode = { direct: always, steps: always, code: always }

/** Never wrong: for checks of the reading itself. */
export const perfectSkills: Skills = {
  skill: 1,
  solve: { math: everyMode, qa: everyMode, code: everyMode },
  spread: 0,
  range: [0, 1],
  raises: { math: 0, qa: 0, code: 0 },
  repair: 1,
  reviewFindsWrong: 1,
  reviewDoubtsRight: 0,
  revise: { qa: 1, math: 1, code: 1 },
  reviseKeepsRight: 1,
  judge: 1,
}

interface Task {
  readonly type: ReadingType
  readonly difficulty: number
  readonly key: string
}

/** Probability of a right answer to one problem in one mode. */
export function solveRate(skills: Skills, task: Task, mode: Mode): number {
  const base = skills.solve[task.type][mode][Math.max(1, Math.min(5, task.difficulty)) - 1] ?? 0
  const shift = (2 * (hashKey(['simulator-problem', task.key]) / 4294967296) - 1) * skills.spread
  const [low, high] = skills.range
  return Math.max(low, Math.min(high, (base + shift) * skills.skill))
}
