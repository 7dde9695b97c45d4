/** The trial of a run's judge before its first step. Its calls are in the journal: a resumed run does not buy them again. */
import { type Config, judgeServer } from '../config/index.ts'
import { BatonError } from '../core/failure.ts'
import type { Problem } from '../core/problem.ts'
import type { JudgeTrialRecord } from '../core/run-events.ts'
import type { ChatModel } from '../llm/chat-model.ts'
import { judgePromptsSha256, trialCases, trialVerdict, tryJudge } from '../rewards/index.ts'
import { mapConcurrently } from '../training/index.ts'
import { configuredJudge } from './configured-judge.ts'

/** Calls at once. */
const atOnce = 16
/** @returns null where there is nothing to try: no problem that a judge is asked about, or `judge.trial.problems` 0. */
export async function tryConfiguredJudge(
  config: Config,
  problems: readonly Problem[],
  { model, signal }: { readonly model: ChatModel; readonly signal: AbortSignal },
): Promise<JudgeTrialRecord | null> {
  const { trial } = config.judge
  const cases = trialCases(problems, { problems: trial.problems, seed: config.seed })
  if (cases.length === 0) return null
  const judge = configuredJudge(config, withPurpose(model, 'judge-trial'))
  const result = await tryJudge(judge, cases, {
    key: [config.seed],
    signal,
    each: (items, work) => mapConcurrently(items, atOnce, work),
  })
  const { maxFalseTrueRate, maxFalseFalseRate } = trial
  return {
    model: judgeServer(config.llm).model,
    ...result,
    maxFalseTrueRate,
    maxFalseFalseRate,
    promptsSha256: judgePromptsSha256,
  }
}

/** @throws BatonError for a judge that must not be trained with, with its figures. */
export function refuseJudge(record: JudgeTrialRecord): void {
  const { model, right, wrong, maxFalseTrueRate, maxFalseFalseRate } = record
  const found = trialVerdict(record, { maxFalseTrueRate, maxFalseFalseRate })
  if (found === null) return
  const what = found === 'constant' ? 'says the same to right and to wrong answers' : 'is wrong too often'
  const [most, limit] = [percent(maxFalseTrueRate), percent(maxFalseFalseRate)]
  const message = `The judge ${model} ${what}: of answers to the problems of this run it called ${wrong.true} of ${wrong.true + wrong.false} wrong answers true (limit ${most} %) and ${right.false} of ${right.true + right.false} right answers false (limit ${limit} %).`
  throw new BatonError(message, {
    boundary: 'judge',
    code: found === 'constant' ? 'judge-constant' : 'judge-trial',
    hint: 'Set llm.judge.model to a better model, or the limits of judge.trial; npx baton judge calibrate measures a judge.',
  })
}

const percent = (rate: number): string => String(Number((100 * rate).toFixed(1)))

/** The calls of the trial are counted by themselves. */
export function withPurpose(model: ChatModel, purpose: string): ChatModel {
  return {
    ...model,
    generate: (messages, options, signal) => model.generate(messages, { ...options, purpose }, signal),
  }
}
