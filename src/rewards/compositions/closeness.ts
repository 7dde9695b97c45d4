/**
 * How near an answer comes to the reference: distance of numbers, shared words, tests passed. For rewards with partial
 * credit. Whether an answer is right is the verdict's, never this file's.
 */
import { answerOverlap, numberOf } from '../../datasets/index.ts'
import type { RewardInput } from './reward-composition.ts'

/** The policy's own program answered: nothing else is near. */
export function hasOwnAnswer({ outcome, usedFallback, prediction }: RewardInput): boolean {
  return outcome === 'answered' && !usedFallback && (prediction ?? '').trim() !== ''
}

/** Absolute distance of two numbers; null where one side is none. */
export function distanceOf({ prediction, reference }: RewardInput): number | null {
  const [said, wanted] = [numberOf(prediction ?? ''), numberOf(reference)]
  return said === null || wanted === null ? null : Math.abs(said - wanted)
}

/** Distance over the size of the reference (1 for a reference of 0). */
export function relativeError(input: RewardInput): number | null {
  const distance = distanceOf(input)
  const size = Math.abs(numberOf(input.reference) ?? 0)
  return distance === null ? null : distance / (size === 0 ? 1 : size)
}

/** F1 of shared words by the rules of SQuAD, 0..1; `|` separates alternatives. */
export function sharedWords({ prediction, reference }: RewardInput): number {
  return answerOverlap(prediction ?? '', reference.split('|')).squad.corrected.f1
}

/** From 4, right, down to 0, nothing. */
export type Tier = 0 | 1 | 2 | 3 | 4

/**
 * Mathematics by relative error (1e-4, 5 %, 50 %, any number), code by tests passed (all, 3/4, 1/2, any), texts by F1
 * (1, .75, .5, .2). A verdict of true is tier 4.
 */
export function tierOf(input: RewardInput): Tier {
  if (!hasOwnAnswer(input)) return 0
  if (input.verdict === 'true') return 4
  if (input.problemType === 'math') {
    const error = relativeError(input)
    return error === null ? 0 : error <= 1e-4 ? 4 : error <= 0.05 ? 3 : error <= 0.5 ? 2 : 1
  }
  if (input.problemType === 'code') {
    const passed = input.testsPassed ?? 0
    return passed >= 1 ? 4 : passed >= 0.75 ? 3 : passed >= 0.5 ? 2 : passed > 0 ? 1 : 0
  }
  const f1 = sharedWords(input)
  return f1 >= 1 ? 4 : f1 >= 0.75 ? 3 : f1 >= 0.5 ? 2 : f1 >= 0.2 ? 1 : 0
}
