/**
 * Deals generated problems to the splits. Every split has the same mix of types, families and difficulties; no problem
 * is in two of them, by its text or by (family, parameters).
 */
import { BatonError } from '../../core/failure.ts'
import type { Problem } from '../../core/problem.ts'
import { randomFor } from '../../core/random.ts'
import { nearestName } from '../../core/spelling.ts'
import { codeFamilies } from './code/index.ts'
import { createDraws, type Draws } from './draws.ts'
import type { Draft, Family } from './family.ts'
import { mathFamilies } from './math/index.ts'
import { qaFamilies } from './qa/index.ts'

export interface SynthesisOptions {
  readonly seed: number
  /** Number of problems in each split. */
  readonly train: number
  readonly validation: number
  readonly test?: number
  /** Names of the families to draw from (default: all). Types without a family get no problems. */
  readonly families?: readonly string[]
}

export interface SynthesisedSplits {
  readonly train: readonly Problem[]
  readonly validation: readonly Problem[]
  readonly test: readonly Problem[]
}

/** Shares of the types in every split. */
export const typeShares = { math: 0.4, code: 0.3, qa: 0.3 } as const

type FamiliesOfType = Readonly<Record<'math' | 'code' | 'qa', readonly Family[]>>

export const problemFamilies: readonly Family[] = [...mathFamilies, ...codeFamilies, ...qaFamilies]

const levels = [1, 2, 3, 4, 5] as const
interface Slot {
  readonly family: Family
  readonly level: number
}

/** @throws BatonError for a name that is none of a family. */
function chosenFamilies(names: readonly string[] | undefined): FamiliesOfType {
  const known = problemFamilies.map(({ name }) => name)
  for (const name of names ?? []) {
    if (known.includes(name)) continue
    const meant = nearestName(name, known)
    throw new BatonError(`There is no problem family "${name}".${meant === null ? '' : ` Did you mean ${meant}?`}`, {
      boundary: 'dataset',
      code: 'unknown-family',
      hint: `Choose among ${known.join(', ')}.`,
    })
  }
  const chosen = problemFamilies.filter(({ name }) => names === undefined || names.includes(name))
  const ofType = (type: Family['type']): Family[] => chosen.filter((family) => family.type === type)
  return { math: ofType('math'), code: ofType('code'), qa: ofType('qa') }
}

/** Which family and level each problem of a split has: types by their shares, families and levels in turn. */
function slots(chosen: FamiliesOfType, count: number, key: readonly (string | number)[]): Slot[] {
  const types = (['math', 'code', 'qa'] as const).filter((type) => chosen[type].length > 0)
  const whole = types.reduce((sum, type) => sum + typeShares[type], 0)
  const found: Slot[] = []
  let left = count
  // The last types are rounded, the first takes what is left.
  for (const type of types.toReversed()) {
    const size = type === types[0] ? left : Math.round((count * typeShares[type]) / whole)
    left -= size
    const pairs = levels.flatMap((level) => chosen[type].map((family) => ({ family, level })))
    const order = randomFor('synth-order', ...key, type).shuffle(pairs)
    for (let i = 0; i < size; i++) found.push(order[i % order.length] as Slot)
  }
  return randomFor('synth-slots', ...key).shuffle(found)
}

/** A draft of the slot's family, or of another of its type where that one has run dry. */
function draw(
  slot: Slot,
  chosen: FamiliesOfType,
  draws: ReadonlyMap<string, Draws>,
): { readonly family: Family; readonly draft: Draft } {
  const others = chosen[slot.family.type].filter((family) => family !== slot.family)
  for (const family of [slot.family, ...others]) {
    const draft = draws.get(family.name)?.next(slot.level) ?? null
    if (draft !== null) return { family, draft }
  }
  throw new BatonError(`There are no further ${slot.family.type} problems of difficulty ${slot.level}.`, {
    boundary: 'dataset',
    code: 'families-exhausted',
    hint: 'Ask for fewer problems, or for more families.',
  })
}

/** @throws BatonError for an unknown family, and when the splits are so large that all families of a type run out. */
export function synthesise(options: SynthesisOptions): SynthesisedSplits {
  const chosen = chosenFamilies(options.families)
  const seen = new Set<string>()
  const draws = new Map(problemFamilies.map((family) => [family.name, createDraws(family, options.seed, seen)]))
  const numbers = new Map<string, number>()
  const deal = (count: number, split: string): Problem[] =>
    slots(chosen, count, [options.seed, split]).map((slot) => {
      const { family, draft } = draw(slot, chosen, draws)
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
