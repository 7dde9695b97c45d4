/** How far a judge can be trusted: agreement beyond chance, and an accuracy corrected for the judge's own errors. */
import { normal95 } from './intervals.ts'

/** Counts of (truth, judge) over labelled items. */
export interface JudgeConfusion {
  readonly truePositives: number
  readonly falsePositives: number
  readonly trueNegatives: number
  readonly falseNegatives: number
}

/**
 * Cohen's kappa (Educ. Psychol. Meas. 20, 1960): 1 is perfect, 0 is chance. 1 when both always say the same one thing.
 * @throws RangeError without items.
 */
export function cohenKappa(counts: JudgeConfusion): number {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = counts
  const n = truePositives + falsePositives + trueNegatives + falseNegatives
  if (!(n > 0)) throw new RangeError('agreement needs at least one item')
  const agreed = (truePositives + trueNegatives) / n
  const truth = (truePositives + falseNegatives) / n
  const judge = (truePositives + falsePositives) / n
  const chance = truth * judge + (1 - truth) * (1 - judge)
  return chance === 1 ? 1 : (agreed - chance) / (1 - chance)
}

export interface CorrectedRate {
  readonly rate: number
  readonly low: number
  readonly high: number
}

/**
 * True rate behind what an imperfect judge reports (Rogan and Gladen, Am. J. Epidemiol. 107, 1978), clamped to [0, 1],
 * with a 95 % delta-method interval that also counts what is not known about the judge.
 * @param positives items that the judge called true, of `n`, at least one.
 * @param judge its labelled items: both truths must occur.
 * @returns null when the judge is no better than chance on them: nothing can be corrected.
 */
export function roganGladen(positives: number, n: number, judge: JudgeConfusion): CorrectedRate | null {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = judge
  const [trues, falses] = [truePositives + falseNegatives, trueNegatives + falsePositives]
  if (!(n > 0 && trues > 0 && falses > 0))
    throw new RangeError('a corrected rate needs items of both truths, and n > 0')
  const reported = positives / n
  const sensitivity = truePositives / trues
  const specificity = trueNegatives / falses
  const informedness = sensitivity + specificity - 1
  if (informedness <= 0) return null
  const rate = (reported + specificity - 1) / informedness
  const variance =
    (reported * (1 - reported)) / n +
    (rate * rate * sensitivity * (1 - sensitivity)) / trues +
    ((1 - rate) ** 2 * specificity * (1 - specificity)) / falses
  const half = (normal95 * Math.sqrt(variance)) / informedness
  const clamp = (value: number): number => Math.min(1, Math.max(0, value))
  return { rate: clamp(rate), low: clamp(rate - half), high: clamp(rate + half) }
}
