/**
 * Calibration: verdicts on pairs whose truth is known. The scorers alone, the judge alone, and both as training has them
 * (exact scorers first, the judge for the rest). Of some pairs the judge is asked again with another seed, with reference
 * and answer exchanged, and with a long answer: how often its verdict changes.
 */
import { type Agreement, agreementOf, cohenKappa, type Estimate, type LabelledVerdict } from '../../core/agreement.ts'
import { clusteredRate, type Rate } from '../../core/clustered-rate.ts'
import { randomFor } from '../../core/random.ts'
import type { Judge } from '../judge.ts'
import { scoreAnswer } from '../score-answer.ts'
import { type LabelledPair, questionOf } from './labelled-pairs.ts'

export interface KindRow {
  readonly kind: string
  readonly pairs: number
  readonly wrongCalledTrue: number
  readonly wrong: number
  readonly rightCalledFalse: number
  readonly right: number
  /** Without a verdict. */
  readonly open: number
}

/** Verdicts asked for a second time in another way, beside the first. */
export interface Probe {
  /** Share of the pairs whose verdict changed. */
  readonly changed: Rate
  /** Of them, from false to true, and from true to false. */
  readonly toTrue: number
  readonly toFalse: number
  /** Of the two verdicts with each other. */
  readonly kappa: Estimate | null
}

export interface Calibration {
  readonly scorers: Agreement
  /** null without a judge. */
  readonly judge: Agreement | null
  /** Exact scorers first, the judge for the rest; null without a judge. */
  readonly decided: Agreement | null
  /** Of the judge, or of the scorers without one. */
  readonly kinds: readonly KindRow[]
  readonly probes: Readonly<Record<ProbeName, Probe>> | null
}

export const probeNames = ['retest', 'position', 'length'] as const
export type ProbeName = (typeof probeNames)[number]

export interface CalibrationRun {
  readonly seed: number
  /** Pairs for each of the three probes. */
  readonly probed: number
  readonly signal: AbortSignal
  readonly each: <T, R>(items: readonly T[], work: (item: T) => Promise<R>) => Promise<R[]>
}

type Verdict = boolean | null

export async function calibrate(
  pairs: readonly LabelledPair[],
  judge: Judge | null,
  run: CalibrationRun,
): Promise<Calibration> {
  const scored = pairs.map(scorerVerdict)
  const scorers = agreementOf(labelled(pairs, scored))
  if (judge === null) return { scorers, judge: null, decided: null, kinds: kindRows(pairs, scored), probes: null }
  const ask = async (pair: LabelledPair, purpose: string): Promise<Verdict> => {
    const { reference, prediction } = pair
    const request = { question: questionOf(pair), reference, prediction, key: [run.seed, purpose, pair.id] }
    const { verdict } = await judge.grade(request, run.signal)
    return verdict === 'unscorable' ? null : verdict === 'true'
  }
  const said = await run.each(pairs, (pair) => ask(pair, 'calibrate'))
  const probed = randomFor(run.seed, 'calibrate')
    .shuffle(pairs.map((_, i) => i))
    .slice(0, run.probed)
  const probe = async (name: ProbeName): Promise<Probe> => {
    const again = await run.each(probed, (i) => ask(changedPair(pairs[i] as LabelledPair, name), name))
    return probeOf(
      probed.map((i, at) => ({ pair: pairs[i] as LabelledPair, first: said[i] ?? null, again: again[at] ?? null })),
    )
  }
  const probes = { retest: await probe('retest'), position: await probe('position'), length: await probe('length') }
  return {
    scorers,
    judge: agreementOf(labelled(pairs, said)),
    decided: agreementOf(
      labelled(
        pairs,
        scored.map((verdict, i) => verdict ?? said[i] ?? null),
      ),
    ),
    kinds: kindRows(pairs, said),
    probes,
  }
}

function scorerVerdict({ type, question, reference, prediction, choices }: LabelledPair): Verdict {
  const { outcome } = scoreAnswer(
    { type, question, answer: reference },
    prediction,
    choices.size === 0 ? null : choices,
  )
  return outcome === 'not understood' ? null : outcome === 'equal'
}

function labelled(pairs: readonly LabelledPair[], verdicts: readonly Verdict[]): LabelledVerdict[] {
  return pairs.map(({ cluster, label }, i) => ({ cluster, label, verdict: verdicts[i] ?? null }))
}

/** Two sentences that say nothing of the answer. */
const padding =
  'Let me look at the question carefully, take one part after the other, and check each of them before going on. ' +
  'Everything was read twice, every step was checked, and the result below is what remains after that. '

function changedPair(pair: LabelledPair, name: ProbeName): LabelledPair {
  switch (name) {
    case 'retest':
      return pair
    case 'position':
      return { ...pair, reference: pair.prediction, prediction: pair.reference }
    case 'length':
      return { ...pair, prediction: `${padding.repeat(4)}\n\n${pair.prediction}` }
    default:
      throw name satisfies never
  }
}

function probeOf(
  asked: readonly { readonly pair: LabelledPair; readonly first: Verdict; readonly again: Verdict }[],
): Probe {
  const both = asked.filter(({ first, again }) => first !== null && again !== null)
  const count = (first: boolean, again: boolean): number =>
    both.filter((one) => one.first === first && one.again === again).length
  const clusters = Map.groupBy(both, ({ pair }) => pair.cluster)
  const changed = clusteredRate(
    [...clusters.values()].map((list) => ({
      right: list.filter(({ first, again }) => first !== again).length,
      trials: list.length,
    })),
    'trials',
  )
  const table = {
    trueTrue: count(true, true),
    trueFalse: count(true, false),
    falseTrue: count(false, true),
    falseFalse: count(false, false),
  }
  return { changed, toTrue: table.falseTrue, toFalse: table.trueFalse, kappa: cohenKappa(table) }
}

function kindRows(pairs: readonly LabelledPair[], verdicts: readonly Verdict[]): KindRow[] {
  const rows = pairs.map((pair, i) => ({ pair, verdict: verdicts[i] ?? null }))
  return [...Map.groupBy(rows, ({ pair }) => pair.kind)].map(([kind, list]) => {
    const decided = list.filter(({ verdict }) => verdict !== null)
    const of = (label: boolean): typeof decided => decided.filter(({ pair }) => pair.label === label)
    return {
      kind,
      pairs: list.length,
      wrongCalledTrue: of(false).filter(({ verdict }) => verdict === true).length,
      wrong: of(false).length,
      rightCalledFalse: of(true).filter(({ verdict }) => verdict === false).length,
      right: of(true).length,
      open: list.length - decided.length,
    }
  })
}
