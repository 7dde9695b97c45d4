/**
 * How often the simulator is right. The tables were written down, with the workflows that they should favour
 * (docs/decisions/0002-quickstart-world.md), before the trainings that are reported. No generator is best on average over
 * the profiles, so which one fits has to be read from the question. `docs/simulator.md` shows the tables; the `skill` knob
 * scales all of them.
 */
import { hashKey } from '../../core/random.ts'
import { type Profile, profileOf } from './profiles.ts'
import type { Reading, ReadingType } from './reading.ts'

/** How an answer is asked for: at once, step by step, or as a program. */
export type Mode = 'direct' | 'steps' | 'code'

/** Rates for difficulty 1, 2, 3, 4, 5. */
export type ByDifficulty = readonly [number, number, number, number, number]

/** How one profile of problems is solved, reviewed, revised and repaired; all but `slipsAgree` are probabilities. */
export interface ProfileSkills {
  /** A right answer, by how it is asked for. */
  readonly solve: Readonly<Record<Mode, ByDifficulty>>
  /** All wrong answers to a problem are the same one. */
  readonly slipsAgree: boolean
  /** Review calls a wrong (right) solution wrong. */
  readonly reviewFindsWrong: number
  readonly reviewDoubtsRight: number
  /** After feedback that says it is wrong, a wrong solution becomes right; a right one stays right. */
  readonly revise: number
  readonly reviseKeepsRight: number
  /** A program whose failed tests are shown becomes right. */
  readonly repair: number
}

export interface Skills {
  /** Multiplies every rate of `solve`; 1 is the documented simulator. */
  readonly skill: number
  readonly profiles: Readonly<Record<Profile, ProfileSkills>>
  /** A problem is harder or easier than its difficulty says by up to this much, uniformly, by a hash of what it says. */
  readonly spread: number
  /** Lowest and highest probability of a right answer. */
  readonly range: readonly [low: number, high: number]
  /** Share of wrong programs that raise instead of returning a wrong value. */
  readonly raises: Readonly<Record<ReadingType, number>>
  /** The judge's verdict is what a careful reader would say. */
  readonly judge: number
}

/** Where reviews and repairs find little. */
const usual = {
  slipsAgree: false,
  reviewFindsWrong: 0.3,
  reviewDoubtsRight: 0.08,
  revise: 0.3,
  reviseKeepsRight: 0.7,
  repair: 0.15,
} as const

const profiles: Readonly<Record<Profile, ProfileSkills>> = {
  plain: {
    ...usual,
    slipsAgree: true,
    solve: {
      direct: [0.94, 0.92, 0.9, 0.88, 0.86],
      steps: [0.6, 0.56, 0.52, 0.48, 0.44],
      code: [0.44, 0.4, 0.36, 0.32, 0.28],
    },
  },
  computation: {
    ...usual,
    solve: {
      direct: [0.4, 0.325, 0.25, 0.175, 0.1],
      steps: [0.5, 0.425, 0.35, 0.275, 0.2],
      code: [0.95, 0.925, 0.9, 0.875, 0.85],
    },
  },
  reasoning: {
    ...usual,
    solve: {
      direct: [0.4, 0.325, 0.25, 0.175, 0.1],
      steps: [0.9, 0.81, 0.72, 0.63, 0.54],
      code: [0.4, 0.325, 0.25, 0.175, 0.1],
    },
  },
  trap: {
    slipsAgree: true,
    reviewFindsWrong: 0.9,
    reviewDoubtsRight: 0.05,
    revise: 0.85,
    reviseKeepsRight: 0.8,
    repair: 0.1,
    solve: {
      direct: [0.35, 0.3, 0.25, 0.2, 0.15],
      steps: [0.35, 0.3, 0.25, 0.2, 0.15],
      code: [0.35, 0.3, 0.25, 0.2, 0.15],
    },
  },
  testing: {
    ...usual,
    repair: 0.8,
    solve: {
      direct: [0.5, 0.45, 0.4, 0.35, 0.3],
      steps: [0.5, 0.45, 0.4, 0.35, 0.3],
      code: [0.5, 0.45, 0.4, 0.35, 0.3],
    },
  },
}

export const defaultSkills: Skills = {
  skill: 1,
  profiles,
  spread: 0.12,
  range: [0.02, 0.98],
  raises: { math: 1 / 3, qa: 1 / 3, code: 0.15 },
  judge: 0.99,
}

export function skillsFor(skills: Skills, reading: Pick<Reading, 'family'>): ProfileSkills {
  return skills.profiles[profileOf(reading)]
}

type Task = Pick<Reading, 'type' | 'family' | 'difficulty' | 'key'>

/** Probability of a right answer to one problem in one mode. */
export function solveRate(skills: Skills, task: Task, mode: Mode): number {
  const base = skillsFor(skills, task).solve[mode][Math.max(1, Math.min(5, task.difficulty)) - 1] ?? 0
  const shift = (2 * (hashKey(['simulator-problem', task.key]) / 4294967296) - 1) * skills.spread
  const [low, high] = skills.range
  return Math.max(low, Math.min(high, (base + shift) * skills.skill))
}
