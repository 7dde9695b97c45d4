/**
 * A reward as a composition of named parts. What every composition keeps, whoever wrote it: without a verdict there is no
 * reward at all, never one of 0; only an answer of the policy's own program is ever correct; the parts add up to the
 * reward; each part's own value lies in its range.
 */
import type { Failure } from '../../core/failure.ts'
import type { ProblemType } from '../../core/problem.ts'
import type { RewardPart, Score } from '../../core/reward.ts'
import { type RewardFacts, unscorableReason } from '../composition.ts'

/** All that a reward may be made of. JSON only: own reward functions get it in another thread. */
export interface RewardInput extends RewardFacts {
  readonly problemType: ProblemType
  readonly question: string
  /** The right answer. */
  readonly reference: string
  /** The program's answer; null where none ran. The fallback's where that answered. */
  readonly prediction: string | null
  /** Share of the hidden tests that passed, 0..1; null where no tests decided. */
  readonly testsPassed: number | null
  /** As run, repairs included; null where the completion holds none. */
  readonly program: string | null
  /** Valid as written, before any repair. */
  readonly isValid: boolean
  /** Kinds of what the validator found in the program as written: `wrong-signature`, `misspelt-name`, ... */
  readonly findings: readonly string[]
  /** Kinds of the repairs that were made. */
  readonly repairs: readonly string[]
  /** Operators that the program called, in order. */
  readonly operators: readonly string[]
  /** Of the program's own calls, in dollars; 0 with the simulator. */
  readonly costUsd: number
  /** Optimizer step that the rollout belongs to, 1-based; of an evaluation, steps done. */
  readonly step: number
}

export interface RewardPartRule {
  /** Of the part's own value, before its weight. */
  readonly range: readonly [lowest: number, highest: number]
  /** The part adds weight times value to the reward. */
  readonly weight: number
}

/** By name. `correctness` is the part that pays for right answers. */
export type RewardPartRules = Readonly<Record<string, RewardPartRule>>

export interface Composed {
  readonly score: Score
  /** Of the reward itself: an own function that threw or was too slow. Never the policy's. */
  readonly failures: readonly Failure[]
}

export interface RewardComposition {
  readonly name: string
  readonly parts: RewardPartRules
  /** Rewards are clamped to it. */
  readonly range: readonly [lowest: number, highest: number]
  /** `judge`: the judge decides everything; `scorer`: an exact scorer where there is one. */
  readonly decidedBy: 'scorer' | 'judge'
  /** Of the module with the reward function; null for what ships. */
  readonly sha256: string | null
  /** Rejects on abort and on a programmer's mistake. */
  compose(input: RewardInput, signal: AbortSignal): Composed | Promise<Composed>
  close(): Promise<void>
}

/** Values of parts by name; a part that is left out adds nothing. */
export type PartValues = Readonly<Record<string, number>>

/** A composition whose parts are a function of the rollout. */
export interface PartsPreset extends Omit<RewardComposition, 'compose' | 'close' | 'range' | 'sha256'> {
  values(input: RewardInput): PartValues
}

/** @param weights in place of the preset's, by part. */
export function fromParts(preset: PartsPreset, weights: Readonly<Record<string, number>> = {}): RewardComposition {
  const parts = withWeights(preset.name, preset.parts, weights)
  return {
    ...preset,
    parts,
    range: rangeOf(parts),
    sha256: null,
    compose: (input) => {
      const reason = unscorableReason(input)
      const score: Score =
        reason === null ? scoredParts(preset.name, parts, preset.values(input), input) : { kind: 'unscorable', reason }
      return { score, failures: [] }
    },
    close: async () => {},
  }
}

/** @throws RangeError for a part that there is not, and for weights that leave nothing to learn from. */
export function withWeights(
  name: string,
  parts: RewardPartRules,
  weights: Readonly<Record<string, number>>,
): RewardPartRules {
  const unknown = Object.keys(weights).find((part) => !Object.hasOwn(parts, part))
  if (unknown !== undefined)
    throw new RangeError(
      `rewards.weights names ${unknown}, which ${name} does not have. Its parts are ${Object.keys(parts).join(', ')}.`,
    )
  const weighted = Object.fromEntries(
    Object.entries(parts).map(([part, rule]) => [part, { ...rule, weight: weights[part] ?? rule.weight }]),
  )
  const bad = Object.entries(weighted).find(([, { weight }]) => !Number.isFinite(weight) || weight < 0)
  if (bad !== undefined) throw new RangeError(`the weight of ${bad[0]} must be 0 or more (got ${bad[1].weight}).`)
  if ((weighted['correctness']?.weight ?? 0) === 0)
    throw new RangeError(`${name} needs a part correctness with a weight above 0: right answers would earn nothing.`)
  return weighted
}

/** What the parts can come to. */
export function rangeOf(parts: RewardPartRules): readonly [lowest: number, highest: number] {
  const rules = Object.values(parts)
  return [0, 1].map((end) => rules.reduce((sum, { range, weight }) => sum + weight * (range[end] as number), 0)) as [
    number,
    number,
  ]
}

/** @throws RangeError for a value without a part, or outside its part's range. */
export function scoredParts(name: string, parts: RewardPartRules, values: PartValues, input: RewardInput): Score {
  const added = Object.entries(values).map(([part, value]): RewardPart => {
    const rule = Object.hasOwn(parts, part) ? parts[part] : undefined
    if (rule === undefined)
      throw new RangeError(
        `${name} gave a value for ${part}, which is not one of its parts (${Object.keys(parts).join(', ')}).`,
      )
    const [low, high] = rule.range
    if (!(value >= low - 1e-9 && value <= high + 1e-9))
      throw new RangeError(`${name}: ${part} is ${value}, outside its range [${low}, ${high}].`)
    return { name: part, value: rule.weight * value, ...(rule.weight === 1 ? {} : { weight: rule.weight }) }
  })
  const isCorrect = input.outcome === 'answered' && !input.usedFallback && input.verdict === 'true'
  const reward = added.reduce((sum, { value }) => sum + value, 0)
  return {
    kind: 'scored',
    reward,
    parts: added.filter(({ value }) => value !== 0),
    isCorrect,
    verdict: isCorrect ? 'true' : 'false',
    reason: input.reason,
  }
}
