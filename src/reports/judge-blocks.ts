/** What a run knows of its judge: the trial before its first step, and the calibration that it was given. */
import { type Agreement, type Estimate, roganGladen } from '../core/agreement.ts'
import type { Rate } from '../core/clustered-rate.ts'
import type { JudgeCalibrationRecord, JudgeTrialRecord } from '../core/run-events.ts'
import type { RunReader } from '../runs/index.ts'
import type { Block } from './document.ts'
import type { Words } from './words.ts'

export interface JudgeKnowledge {
  readonly trial: JudgeTrialRecord | null
  readonly calibration: JudgeCalibrationRecord | null
  /** The accuracy that the report shows last, corrected for the judge's errors; null without a calibration. */
  readonly corrected: { readonly measured: Rate; readonly accuracy: Estimate } | null
}

/** @param measured the last accuracy of the policy. */
export function judgeKnowledgeOf(run: RunReader, measured: Rate | null): JudgeKnowledge {
  let trial: JudgeTrialRecord | null = null
  let calibration: JudgeCalibrationRecord | null = null
  for (const event of run.since(0, { kinds: ['judge-trial', 'judge-calibration'] })) {
    if (event.kind === 'judge-trial') trial = event
    if (event.kind === 'judge-calibration') calibration = event
  }
  // Of verdicts as training decides them: exact scorers first.
  const accuracy =
    calibration === null || measured === null || measured.n === 0
      ? null
      : roganGladen({ measured: { ...measured, trials: measured.n }, ...calibration.decided })
  return { trial, calibration, corrected: accuracy === null || measured === null ? null : { measured, accuracy } }
}

export function judgeBlocks({ trial, calibration, corrected }: JudgeKnowledge, words: Words): Block[] {
  const sentences = [
    ...(trial === null ? [] : [words.judgeTrial(trial)]),
    ...(calibration === null ? [] : [calibrationText(calibration, words)]),
    ...(corrected === null
      ? []
      : [words.judgeCorrected(percent(corrected.measured.value), estimateText(corrected.accuracy))]),
  ]
  return sentences.length === 0 ? [] : [{ kind: 'paragraph', text: sentences.join(words.space), isNote: true }]
}

function calibrationText({ pairs, judge, decided }: JudgeCalibrationRecord, words: Words): string {
  const rates = ({ falseTrueRate, falseFalseRate }: Agreement) =>
    [estimateText(falseTrueRate), estimateText(falseFalseRate)] as const
  return words.judgeCalibrated(pairs, rates(judge), rates(decided))
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
const estimateText = ({ value, low, high }: Estimate): string =>
  `${percent(value)} [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`
