/**
 * Rewards of judged sequences. h: any annotator agrees (0 or 1), s: soft accuracy (0..1), g: probability of the
 * reference answers, r: likeness to the nearest reference answer. The forms are those of Lever-Plus v3:
 *
 * | mode | reward |
 * | --- | --- |
 * | hard_plus_soft | wh h + ws s |
 * | hard_plus_soft_v2 | 2 wh h + ws s |
 * | separated | 2 wh + ws s if h, else ws s |
 * | hybrid | a clamp01((beam + 0.1) / 0.2) + (1 - a) (2 + s if h, else s), a = clamp01(wh) |
 * | hard_only, soft_only | wh h, ws s |
 * | hard01_plus_gtprob | wh h + ws g |
 * | hard01_plus_gtprob_separated | 2 wh + ws g if h, else ws g |
 * | hard_plus_gtprob_plus_rel | wh h + ws g + wr (1 - h) r |
 *
 * All are clipped to [-5, 5]. `hybrid` reads the score of the beam construction (InfoScore); with wh = 1 it is that
 * score alone. Left out: `legacy`, whose quality has two meanings of opposite sign.
 */
import type { Config } from '../../config/index.ts'
import { BatonError } from '../../core/failure.ts'
import type { JudgedAnswer } from '../schema.ts'

export type RewardOptions = Config['demonstrations']['reward']

/** A verdict, and how the sequence came about. */
export interface SequenceVerdict
  extends Pick<JudgedAnswer, 'isCorrect' | 'accuracy' | 'referenceProbability' | 'likeness'> {
  /** InfoScore of the beam construction; null for sequences from elsewhere. */
  readonly beamScore: number | null
}

/** @throws BatonError where the mode reads something that the verdict lacks. */
export function sequenceReward(options: RewardOptions, verdict: SequenceVerdict): number {
  const { mode, hardWeight: wh, softWeight: ws, relevanceWeight: wr } = options
  const { isCorrect, accuracy: s } = verdict
  const h = isCorrect ? 1 : 0
  const read = (name: 'referenceProbability' | 'likeness' | 'beamScore'): number => {
    const value = verdict[name]
    if (value === null) throw lacking(mode, name)
    return value
  }
  const form = (): number => {
    switch (mode) {
      case 'hard_plus_soft':
        return wh * h + ws * s
      case 'hard_plus_soft_v2':
        return 2 * wh * h + ws * s
      case 'separated':
        return isCorrect ? 2 * wh + ws * s : ws * s
      case 'hybrid': {
        const share = clamp(wh, 0, 1)
        return share * clamp((read('beamScore') + 0.1) / 0.2, 0, 1) + (1 - share) * (isCorrect ? 2 + s : s)
      }
      case 'hard_only':
        return wh * h
      case 'soft_only':
        return ws * s
      case 'hard01_plus_gtprob':
        return wh * h + ws * read('referenceProbability')
      case 'hard01_plus_gtprob_separated':
        return (isCorrect ? 2 * wh : 0) + ws * read('referenceProbability')
      case 'hard_plus_gtprob_plus_rel':
        return wh * h + ws * read('referenceProbability') + (isCorrect ? 0 : wr * read('likeness'))
      default:
        return mode satisfies never
    }
  }
  return clamp(form(), -5, 5)
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

function lacking(mode: RewardOptions['mode'], field: string): BatonError {
  return new BatonError(`the reward ${mode} reads ${field}, which a judged sequence lacks.`, {
    boundary: 'dataset',
    code: 'reward-field',
    hint: 'Collect with a model that reports it, or take hard_plus_soft.',
  })
}
