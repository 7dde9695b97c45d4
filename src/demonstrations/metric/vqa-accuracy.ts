/**
 * VQA accuracy (Antol et al., ICCV 2015): each annotator is left out in turn, the prediction scores
 * min(1, matches among the others / 3), and the mean over the annotators is the question's score.
 */
import { type NormalisationProfile, normaliseForComparison } from './normalise-answer.ts'

/** Matches among the others that make a full score. */
const enough = 3

/**
 * Score of a prediction that `matches` of `annotators` gave; of ten annotators 0, 0.3, 0.6, 0.9, and 1 from four on.
 * A single annotator cannot be compared with others: a match scores 1, as in plain question answering.
 * @throws RangeError unless 0 <= matches <= annotators and annotators >= 1.
 */
export function accuracyOfMatches(matches: number, annotators: number): number {
  if (!(Number.isInteger(matches) && matches >= 0 && matches <= annotators && annotators >= 1)) {
    throw new RangeError(`matches must lie between 0 and the annotators (got ${matches} of ${annotators})`)
  }
  // With fewer than four annotators, no one could reach three matches among the others.
  const needed = Math.min(enough, Math.max(1, annotators - 1))
  if (annotators === 1) return matches
  const whenOneOfThem = Math.min(needed, matches - 1)
  const whenNot = Math.min(needed, matches)
  return matches === 0 ? 0 : (matches * whenOneOfThem + (annotators - matches) * whenNot) / (annotators * needed)
}

/**
 * @param answers what the annotators said, one entry each.
 * @returns in [0, 1].
 * @throws RangeError for no answers: such a question cannot be scored.
 */
export function vqaAccuracy(prediction: string, answers: readonly string[], profile: NormalisationProfile): number {
  if (answers.length === 0) throw new RangeError('a question without answers cannot be scored')
  const compared = normaliseForComparison(prediction, answers, profile)
  const matches = compared.answers.filter((answer) => answer === compared.prediction).length
  return accuracyOfMatches(matches, answers.length)
}
