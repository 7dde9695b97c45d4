/**
 * Scores a run's rollouts again: their answers are in the journal, so no workflow is run and no model is asked but a
 * judge that is asked for. A verdict that a judge gave stands, unless another judge is given or the scorers decide now.
 */
import type { Config } from '../../config/index.ts'
import type { Problem } from '../../core/problem.ts'
import type { RolloutRecord } from '../../core/records.ts'
import { placeOf } from '../../core/records.ts'
import type { CorrectnessRecord } from '../../core/rollout-outcome.ts'
import type { Sandbox } from '../../python/index.ts'
import { createProblemFinder } from '../../reports/index.ts'
import { type Correctness, decideCorrectness, type Judge } from '../../rewards/index.ts'
import type { RunReader } from '../../runs/index.ts'
import type { Decision, LeftOut, NewVerdict, Rescored, RescoredRollout } from './rescored.ts'

export interface RescoreOptions {
  /** null: verdicts that only a judge can give stay as they are. */
  readonly judge: { readonly judge: Judge; readonly model: string } | null
  /** Only rollouts whose judgement failed. */
  readonly unscorableOnly: boolean
  readonly decidedBy: 'scorer' | 'judge'
  readonly limits: Config['sandbox']
  /** Opened when the first code is scored. */
  readonly openSandbox: () => Promise<Sandbox>
  readonly signal: AbortSignal
  readonly onProgress?: (done: number) => void
}

/** Rollouts that are scored at once. */
const atOnce = 32
const pageSize = 256

type Scored = RescoredRollout & { readonly calls: number; readonly costUsd: number }

export async function rescoreRun(run: RunReader, options: RescoreOptions): Promise<Rescored> {
  const finder = createProblemFinder(run)
  const leftOut: Record<LeftOut, number> = { 'no answer of its own': 0, 'problem not found': 0, 'verdict stands': 0 }
  const missing = new Set<string>()
  const rollouts: Scored[] = []
  const one = async (record: RolloutRecord): Promise<Scored | null> => {
    const answered = answerOf(record)
    if (answered === null) return leave('no answer of its own')
    if (options.unscorableOnly && answered.before.verdict !== 'unscorable') return leave('verdict stands')
    const found = await finder.find(record)
    if (found.kind === 'missing') {
      missing.add(found.reason)
      return leave('problem not found')
    }
    return await rescored(record, answered, found.problem, options)
  }
  const leave = (reason: LeftOut): null => {
    leftOut[reason] += 1
    return null
  }
  for (const record of allRollouts(run, options.signal)) {
    for (const scored of await Promise.all(record.map(one))) if (scored !== null) rollouts.push(scored)
    options.onProgress?.(rollouts.length)
  }
  const sum = (pick: (scored: Scored) => number): number => rollouts.reduce((total, scored) => total + pick(scored), 0)
  return {
    rollouts: rollouts.map(({ calls: _, costUsd: __, ...rollout }) => rollout),
    leftOut,
    missing: [...missing],
    judge:
      options.judge === null
        ? null
        : { model: options.judge.model, calls: sum(({ calls }) => calls), costUsd: sum(({ costUsd }) => costUsd) },
  }
}

/** In parts, so that a long run's texts are never in memory together. */
function* allRollouts(run: RunReader, signal: AbortSignal): Generator<RolloutRecord[]> {
  for (let after: RolloutRecord | undefined; ; ) {
    const page = run.rollouts({}, { limit: pageSize, ...(after === undefined ? {} : { after: placeOf(after) }) })
    for (let at = 0; at < page.length; at += atOnce) {
      signal.throwIfAborted()
      yield page.slice(at, at + atOnce)
    }
    after = page.at(-1)
    if (after === undefined || page.length < pageSize) return
  }
}

interface Answered {
  readonly prediction: string
  readonly before: CorrectnessRecord
}

/** null for a rollout whose own program did not answer: there is nothing to decide. */
function answerOf({ outcome }: RolloutRecord): Answered | null {
  if (outcome.environment !== 'workflows' || outcome.usedFallback) return null
  const { prediction, correctness } = outcome
  return prediction === null || correctness === null ? null : { prediction, before: correctness }
}

class NotAsked extends Error {}

async function rescored(
  record: RolloutRecord,
  { prediction, before }: Answered,
  problem: Problem,
  options: RescoreOptions,
): Promise<Scored> {
  const after = await decisionOn(record, { prediction, before }, problem, options)
  return {
    ...placeOf(record),
    ...{ problemId: record.problemId, prediction, reference: problem.answer },
    before: decision(before, before.verdict),
    after: after === null ? decision({ scorer: 'judge', reason: 'only a judge can say' }, 'judge') : after,
    calls: after?.calls ?? 0,
    costUsd: after?.costUsd ?? 0,
  }
}

function decision<V extends NewVerdict>(
  { scorer, reason }: Pick<CorrectnessRecord, 'scorer' | 'reason'>,
  verdict: V,
): Decision<V> {
  return { verdict, scorer, reason }
}

type Decided = Decision<NewVerdict> & { readonly calls: number; readonly costUsd: number }

/** null where a judge would have to be asked and none is given. */
async function decisionOn(
  record: RolloutRecord,
  { prediction, before }: Answered,
  problem: Problem,
  { judge, decidedBy, limits, openSandbox, signal }: RescoreOptions,
): Promise<Decided | null> {
  const isCode = problem.type === 'code' && (problem.hiddenTests ?? []).length > 0
  const recorded: Judge = {
    grade: async () => {
      if (before.judged === null) throw new NotAsked()
      return { ...before.judged, calls: 0, costUsd: 0 }
    },
  }
  const key = ['rescore', record.phase, record.label, record.step, record.position, record.rollout]
  try {
    const found: Correctness = await decideCorrectness(
      problem,
      prediction,
      { sandbox: isCode ? await openSandbox() : noSandbox, judge: judge?.judge ?? recorded, limits, decidedBy, key },
      signal,
    )
    const { calls = 0, costUsd = 0 } = found.judged ?? {}
    return { ...decision(found, found.verdict), calls, costUsd }
  } catch (error) {
    if (error instanceof NotAsked) return null
    throw error
  }
}

const refuse = async (): Promise<never> => Promise.reject(new Error('no code is run for this problem'))
const noSandbox: Sandbox = { runWorkflow: refuse, runCode: refuse, checkCode: refuse, compile: refuse, close: refuse }
