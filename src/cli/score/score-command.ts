/** `baton score`: what the scorers, and the judge where it is asked, say of pairs of a reference and a prediction. */
import { loadConfig } from '../../config/index.ts'
import type { Problem } from '../../core/problem.ts'
import { answerOverlap } from '../../datasets/index.ts'
import { createSandbox, type Sandbox } from '../../python/index.ts'
import { decideCorrectness, type Judge, scoreAnswer } from '../../rewards/index.ts'
import { configuredJudge } from '../../session/configured-judge.ts'
import { openModelServers } from '../../session/model-servers.ts'
import { stoppable } from '../interrupt.ts'
import type { PairScore } from './pair-score.ts'
import { type AnswerPair, type PairOptions, readPairs } from './pairs.ts'
import { writeScores } from './write-scores.ts'

export interface ScoreOptions extends PairOptions {
  readonly json?: boolean
  readonly judge?: boolean
  readonly config?: string
  readonly set?: readonly string[]
}

export async function scoreCommand(options: ScoreOptions): Promise<void> {
  const pairs = readPairs(options)
  await stoppable(async (signal) => {
    const file = options.config === undefined ? {} : { file: options.config }
    const { config } = loadConfig({ ...file, set: options.set ?? [], environment: process.env })
    const servers =
      options.judge === true ? await openModelServers(config, undefined, { environment: process.env, signal }) : null
    const sandbox = pairs.some(({ type, tests }) => type === 'code' && tests.length > 0)
      ? await createSandbox({ processes: 1, interpretersPerProcess: 1, systemPython: config.sandbox.systemPython })
      : null
    try {
      const judge = servers === null ? null : configuredJudge(config, servers.judge)
      const scores: PairScore[] = []
      for (const [at, pair] of pairs.entries())
        scores.push(await scorePair(pair, { judge, sandbox, limits: config.sandbox, at, signal }))
      writeScores(scores, { isJson: options.json === true, isFile: options.file !== undefined })
    } finally {
      await sandbox?.close()
      await servers?.close()
    }
  })
}

interface Scoring {
  readonly judge: Judge | null
  readonly sandbox: Sandbox | null
  readonly limits: Parameters<typeof decideCorrectness>[2]['limits']
  readonly at: number
  readonly signal: AbortSignal
}

async function scorePair(pair: AnswerPair, scoring: Scoring): Promise<PairScore> {
  const { type, prediction, reference, question, choices } = pair
  const scored = scoreAnswer({ type, question, answer: reference }, prediction, choices)
  const { scorer, outcome, reason } = scored
  const read = { prediction: scored.prediction, reference: scored.reference }
  const overlap =
    type === 'qa' || type === 'vqa' ? { overlap: answerOverlap(scored.prediction ?? '', reference.split('|')) } : {}
  const verdict = outcome === 'equal' ? 'true' : outcome === 'different' ? 'false' : 'judge'
  const isOpen = verdict === 'judge'
  const score: PairScore = { type, verdict, scorer: isOpen ? 'judge' : scorer, read, reason, ...overlap }
  if (isOpen && type === 'code' && pair.tests.length > 0 && scoring.sandbox !== null)
    return await runTests(pair, score, scoring)
  if (!isOpen || scoring.judge === null) return score
  const grade = await scoring.judge.grade(
    { question, reference, prediction, key: ['score', scoring.at] },
    scoring.signal,
  )
  return { ...score, verdict: grade.verdict, scorer: 'judge', reason: grade.reason }
}

/** The same way that training decides about code. */
async function runTests(
  pair: AnswerPair,
  score: PairScore,
  { sandbox, limits, at, signal }: Scoring,
): Promise<PairScore> {
  const problem: Problem = {
    id: `pair-${at}`,
    type: 'code',
    source: 'score',
    question: pair.question,
    answer: pair.reference,
    entryPoint: pair.entryPoint,
    hiddenTests: pair.tests,
    difficulty: 1,
  }
  const noJudge: Judge = { grade: async () => Promise.reject(new Error('the tests decide')) }
  const options = {
    sandbox: sandbox as Sandbox,
    judge: noJudge,
    limits,
    decidedBy: 'scorer',
    key: ['score', at],
  } as const
  const { verdict, reason } = await decideCorrectness(problem, pair.prediction, options, signal)
  return { ...score, verdict, scorer: 'tests', reason }
}
