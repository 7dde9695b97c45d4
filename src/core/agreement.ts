/**
 * How well a judge's verdicts agree with known labels: accuracy, error rates of both kinds, Cohen's kappa, and what the
 * errors do to an estimated accuracy and to the rewards of a group. Pairs of one question are one cluster.
 */
import { clusteredRate, type Rate } from './clustered-rate.ts'
import { normal95 } from './intervals.ts'

export interface LabelledVerdict {
  /** Pairs about one question share it. */
  readonly cluster: string
  readonly label: boolean
  /** null where there was no verdict: left out of every rate. */
  readonly verdict: boolean | null
}

export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** Counts of pairs: label first. */
export interface Confusion {
  readonly trueTrue: number
  readonly trueFalse: number
  readonly falseTrue: number
  readonly falseFalse: number
}

export interface Agreement {
  readonly accuracy: Rate
  /** Of the pairs whose label is false: called true. What a policy can learn to exploit. */
  readonly falseTrueRate: Rate
  /** Of the pairs whose label is true: called false. */
  readonly falseFalseRate: Rate
  /** null where all labels, or all verdicts, are the same: chance explains everything. */
  readonly kappa: Estimate | null
  readonly confusion: Confusion
  /** Pairs without a verdict. */
  readonly unscorable: number
}

export function agreementOf(verdicts: readonly LabelledVerdict[]): Agreement {
  const scored = verdicts.filter(({ verdict }) => verdict !== null)
  const count = (label: boolean, verdict: boolean): number =>
    scored.filter((one) => one.label === label && one.verdict === verdict).length
  const confusion = {
    trueTrue: count(true, true),
    trueFalse: count(true, false),
    falseTrue: count(false, true),
    falseFalse: count(false, false),
  }
  const rate = (among: readonly LabelledVerdict[], claim: (one: LabelledVerdict) => boolean): Rate => {
    const clusters = Map.groupBy(among, ({ cluster }) => cluster)
    return clusteredRate(
      [...clusters.values()].map((list) => ({ right: list.filter(claim).length, trials: list.length })),
      'trials',
    )
  }
  return {
    accuracy: rate(scored, ({ label, verdict }) => label === verdict),
    falseTrueRate: rate(
      scored.filter(({ label }) => !label),
      ({ verdict }) => verdict === true,
    ),
    falseFalseRate: rate(
      scored.filter(({ label }) => label),
      ({ verdict }) => verdict === false,
    ),
    kappa: cohenKappa(confusion),
    confusion,
    unscorable: verdicts.length - scored.length,
  }
}

/**
 * Cohen's kappa (Educ. Psychol. Meas. 20, 1960) with the large-sample interval of Fleiss, Cohen and Everitt (Psychol.
 * Bull. 72, 1969), which takes pairs as independent.
 */
export function cohenKappa({ trueTrue, trueFalse, falseTrue, falseFalse }: Confusion): Estimate | null {
  const n = trueTrue + trueFalse + falseTrue + falseFalse
  if (n === 0) return null
  const cells = [
    [trueTrue / n, trueFalse / n],
    [falseTrue / n, falseFalse / n],
  ] as const
  const rows = [cells[0][0] + cells[0][1], cells[1][0] + cells[1][1]] as const
  const columns = [cells[0][0] + cells[1][0], cells[0][1] + cells[1][1]] as const
  const observed = cells[0][0] + cells[1][1]
  const chance = rows[0] * columns[0] + rows[1] * columns[1]
  if (chance >= 1 - 1e-12) return null
  const value = (observed - chance) / (1 - chance)
  let sum = 0
  for (const i of [0, 1] as const) {
    for (const j of [0, 1] as const) {
      const weight = i === j ? 1 - (rows[i] + columns[i]) * (1 - value) : -(1 - value) * (columns[i] + rows[j])
      sum += cells[i][j] * weight ** 2
    }
  }
  const variance = (sum - (value - chance * (1 - value)) ** 2) / (n * (1 - chance) ** 2)
  const half = normal95 * Math.sqrt(Math.max(0, variance))
  return { value, low: Math.max(-1, value - half), high: Math.min(1, value + half) }
}

/**
 * The accuracy behind a measured one, given the judge's error rates (Rogan and Gladen, Am. J. Epidemiol. 107, 1978), with
 * the delta-method interval that counts the errors of all three rates.
 * @param measured share that the judge calls true, and its error rates; each with the trials behind it.
 * @returns null for a judge that is no better than chance: nothing can be said.
 */
export function roganGladen({
  measured,
  falseTrueRate,
  falseFalseRate,
}: Readonly<Record<'measured' | 'falseTrueRate' | 'falseFalseRate', Pick<Rate, 'value' | 'trials'>>>): Estimate | null {
  const informed = 1 - falseTrueRate.value - falseFalseRate.value
  if (informed <= 1e-9) return null
  const raw = (measured.value - falseTrueRate.value) / informed
  const spread = ({ value, trials }: Pick<Rate, 'value' | 'trials'>): number =>
    trials === 0 ? 0.25 : (value * (1 - value)) / trials
  const variance =
    (spread(measured) + raw ** 2 * spread(falseFalseRate) + (1 - raw) ** 2 * spread(falseTrueRate)) / informed ** 2
  const half = normal95 * Math.sqrt(variance)
  const clamp = (value: number): number => Math.min(1, Math.max(0, value))
  return { value: clamp(raw), low: clamp(raw - half), high: clamp(raw + half) }
}

export interface GroupEffect {
  /** What is left of the gap between right and wrong answers, 0..1: 1 less both error rates. 0 or less: none, or reversed. */
  readonly gapLeft: number
  /** Chance that a group without a right answer has one that is called true. */
  readonly falseSignal: number
  /** Chance that a group of right answers alone has one that is called false. */
  readonly falseBlame: number
}

/** What errors do to the rewards of a group whose verdicts err independently. */
export function groupEffect(falseTrueRate: number, falseFalseRate: number, groupSize: number): GroupEffect {
  return {
    gapLeft: 1 - falseTrueRate - falseFalseRate,
    falseSignal: 1 - (1 - falseTrueRate) ** groupSize,
    falseBlame: 1 - (1 - falseFalseRate) ** groupSize,
  }
}
