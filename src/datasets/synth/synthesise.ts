/**
 * Deals generated problems to the splits. Every split has the same mix of types, families and difficulties; no problem
 * stands in two of them, neither by its text nor by (family, parameters).
 */
import { BatonError } from '../../core/failure.ts'
import type { Problem } from '../../core/problem.ts'
import { randomFor } from '../../core/random.ts'
import { codeFamilies } from './code/index.ts'
import type { Draft, Family } from './family.ts'
import { mathFamilies } from './math/index.ts'
import { qaFamilies } from './qa/index.ts'

export interface SynthesisOptions {
  readonly seed: number
  /** Number of problems in each split. */
  readonly train: number
  readonly validation: number
  readonly test?: number
}

export interface SynthesisedSplits {
  readonly train: readonly Problem[]
  readonly validation: readonly Problem[]
  readonly test: readonly Problem[]
}

/** Shares of the types in every split. */
export const typeShares = { math: 0.4, code: 0.3, qa: 0.3 } as const

const familiesOfType: Readonly<Record<'math' | 'code' | 'qa', readonly Family[]>> = {
  math: mathFamilies,
  code: codeFamilies,
  qa: qaFamilies,
}
export const families: readonly Family[] = [...mathFamilies, ...codeFamilies, ...qaFamilies]

const levels = [1, 2, 3, 4, 5] as const
const mostTries = 4000

/** Draws of one family, no two alike. */
class Well {
  readonly family: Family
  readonly seed: number
  private readonly seen: Set<string>
  private readonly drawn = new Map<number, number>()

  constructor(family: Family, seed: number, seenTexts: Set<string>) {
    this.family = family
    this.seed = seed
    this.seen = seenTexts
  }

  next(level: number): Draft {
    for (let tries = 0; tries < mostTries; tries++) {
      const n = this.drawn.get(level) ?? 0
      this.drawn.set(level, n + 1)
      const draft = this.family.make(randomFor('synth', this.seed, this.family.name, level, n), level)
      if (draft === null) continue
      const text = `${draft.context ?? ''} ${draft.question}`.toLowerCase()
      const rule = `${this.family.name}|${draft.parameters.join('|')}`
      if (this.seen.has(text) || this.seen.has(rule)) continue
      this.seen.add(text)
      this.seen.add(rule)
      return draft
    }
    throw new BatonError(`The family ${this.family.name} has no further problems of difficulty ${level}.`, {
      boundary: 'dataset',
      code: 'family-exhausted',
      hint: 'Ask for fewer problems.',
    })
  }
}

interface Slot {
  readonly family: Family
  readonly level: number
}

/** Which family and level each problem of a split has: types by their shares, families and levels in turn. */
function slots(count: number, seed: number, split: string): Slot[] {
  const codeCount = Math.round(count * typeShares.code)
  const qaCount = Math.round(count * typeShares.qa)
  const counts = { math: count - codeCount - qaCount, code: codeCount, qa: qaCount }
  const found: Slot[] = []
  for (const type of ['math', 'code', 'qa'] as const) {
    const pairs = levels.flatMap((level) => familiesOfType[type].map((family) => ({ family, level })))
    const order = randomFor('synth-order', seed, split, type).shuffle(pairs)
    for (let i = 0; i < counts[type]; i++) found.push(order[i % order.length] as Slot)
  }
  return randomFor('synth-slots', seed, split).shuffle(found)
}

/**
 * @throws BatonError when a split is so large that a family runs out of problems (beyond about 20,000 in all).
 */
export function synthesise(options: SynthesisOptions): SynthesisedSplits {
  const seen = new Set<string>()
  const wells = new Map(families.map((family) => [family.name, new Well(family, options.seed, seen)]))
  const numbers = new Map<string, number>()
  const deal = (count: number, split: string): Problem[] =>
    slots(count, options.seed, split).map(({ family, level }) => {
      const well = wells.get(family.name) as Well
      const { parameters: _, ...draft } = well.next(level)
      const number = (numbers.get(family.name) ?? 0) + 1
      numbers.set(family.name, number)
      return {
        id: `synth-${family.name}-${String(number).padStart(4, '0')}`,
        type: family.type,
        source: `synth/${family.name}`,
        ...draft,
        difficulty: level,
      }
    })
  return {
    train: deal(options.train, 'train'),
    validation: deal(options.validation, 'validation'),
    test: deal(options.test ?? 0, 'test'),
  }
}
