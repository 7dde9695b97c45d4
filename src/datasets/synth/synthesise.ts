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
import { createWell, type Well } from './well.ts'

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

/** A draft of the slot's family, or of another of its type where that one has run dry. */
function draw(slot: Slot, wells: ReadonlyMap<string, Well>): { readonly family: Family; readonly draft: Draft } {
  const others = familiesOfType[slot.family.type].filter((family) => family !== slot.family)
  for (const family of [slot.family, ...others]) {
    const draft = wells.get(family.name)?.next(slot.level) ?? null
    if (draft !== null) return { family, draft }
  }
  throw new BatonError(`There are no further ${slot.family.type} problems of difficulty ${slot.level}.`, {
    boundary: 'dataset',
    code: 'families-exhausted',
    hint: 'Ask for fewer problems.',
  })
}

/** @throws BatonError when the splits are so large that all families of a type run out of problems. */
export function synthesise(options: SynthesisOptions): SynthesisedSplits {
  const seen = new Set<string>()
  const wells = new Map(families.map((family) => [family.name, createWell(family, options.seed, seen)]))
  const numbers = new Map<string, number>()
  const deal = (count: number, split: string): Problem[] =>
    slots(count, options.seed, split).map((slot) => {
      const { family, draft } = draw(slot, wells)
      const { parameters: _, ...problem } = draft
      const number = (numbers.get(family.name) ?? 0) + 1
      numbers.set(family.name, number)
      return {
        id: `synth-${family.name}-${String(number).padStart(4, '0')}`,
        type: family.type,
        source: `synth/${family.name}`,
        ...problem,
        difficulty: slot.level,
      }
    })
  return {
    train: deal(options.train, 'train'),
    validation: deal(options.validation, 'validation'),
    test: deal(options.test ?? 0, 'test'),
  }
}
