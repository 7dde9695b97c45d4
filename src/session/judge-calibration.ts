/** The calibration of a configured judge, as a file and in a run. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, judgeServer, readInput } from '../config/index.ts'
import { type GroupEffect, groupEffect } from '../core/agreement.ts'
import { BatonError } from '../core/failure.ts'
import type { HealthFinding } from '../core/health/findings.ts'
import type { JudgeCalibrationRecord } from '../core/run-events.ts'
import {
  type Calibration,
  calibrate,
  judgePromptsSha256,
  type LabelledSet,
  readLabelledPairs,
} from '../rewards/index.ts'
import { mapConcurrently } from '../training/index.ts'
import { configuredJudge } from './configured-judge.ts'
import { openModelServers } from './model-servers.ts'
import { withPurpose } from './try-judge.ts'

export const shippedPairs = 'data/judge/pairs.jsonl'

/** @param file of one's own; null for the shipped set. */
export function loadLabelledPairs(file: string | null): LabelledSet {
  if (file !== null) return readLabelledPairs(readInput('the file of labelled pairs', file, /\.jsonl$/), file)
  const path = join(import.meta.dirname, '..', '..', shippedPairs)
  return readLabelledPairs(readFileSync(path, 'utf8'), shippedPairs)
}

export interface CalibrationFile extends Calibration {
  readonly version: 1
  /** null where the scorers alone were measured. */
  readonly model: string | null
  readonly promptsSha256: string
  readonly pairs: { readonly file: string; readonly sha256: string; readonly count: number }
  readonly groupSize: number
  /** What the errors do to the rewards of a group; by the rates that training has, exact scorers first. */
  readonly effect: GroupEffect
}

export interface CalibrationRequest {
  readonly file: string | null
  readonly scorersOnly: boolean
  readonly probes: number
}

export async function calibrateConfigured(
  config: Config,
  { file, scorersOnly, probes }: CalibrationRequest,
  signal: AbortSignal,
): Promise<CalibrationFile> {
  const set = loadLabelledPairs(file)
  const server = judgeServer(config.llm)
  const hasJudge = !scorersOnly && server.baseUrl !== 'simulator'
  const servers = hasJudge ? await openModelServers(config, undefined, { environment: process.env, signal }) : null
  try {
    const judge =
      servers === null
        ? null
        : configuredJudge(config, withPurpose(servers.judge, 'judge-calibration'), { isEachAsked: true })
    const result = await calibrate(set.pairs, judge, {
      seed: config.seed,
      probed: probes,
      signal,
      each: (items, work) => mapConcurrently(items, Math.max(1, server.concurrency), work),
    })
    const { falseTrueRate, falseFalseRate } = result.decided ?? result.scorers
    const { groupSize } = config.training
    return {
      version: 1,
      model: hasJudge ? server.model : null,
      promptsSha256: judgePromptsSha256,
      pairs: { file: file ?? shippedPairs, sha256: set.sha256, count: set.pairs.length },
      ...result,
      groupSize,
      effect: groupEffect(falseTrueRate.value, falseFalseRate.value, groupSize),
    }
  } finally {
    await servers?.close()
  }
}

/** What a run keeps of `judge.calibration`; null where none is set. @throws BatonError for another file. */
export function configuredCalibration({ judge }: Config): JudgeCalibrationRecord | null {
  if (judge.calibration === null) return null
  let file: Partial<CalibrationFile>
  try {
    file = JSON.parse(readInput('judge.calibration', judge.calibration, /\.json$/)) as Partial<CalibrationFile>
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    file = {}
  }
  const { version, model, judge: alone, decided, pairs, promptsSha256 = '' } = file
  if (version !== 1 || typeof model !== 'string' || !alone || !decided || pairs === undefined) {
    throw new BatonError(`judge.calibration ${judge.calibration} is not the calibration of a judge.`, {
      boundary: 'config',
      code: 'calibration',
      hint: 'Make it with npx baton judge calibrate --out, with the judge server of this run.',
    })
  }
  return { model, promptsSha256, pairs: pairs.count, judge: alone, decided }
}

/** A real judge that was not measured, or another one than that of the run. */
export function calibrationFindings(config: Config, record: JudgeCalibrationRecord | null): HealthFinding[] {
  const { baseUrl, model } = judgeServer(config.llm)
  if (config.environment !== 'workflows' || baseUrl === 'simulator') return []
  const isThis = record !== null && record.model === model && record.promptsSha256 === judgePromptsSha256
  const measured = record === null ? null : record.model
  return isThis ? [] : [{ code: 'judge-uncalibrated', level: 'note', facts: { model, measured } }]
}
