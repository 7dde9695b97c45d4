/**
 * The best rollouts of a run: rejection sampling. Training rollouts only, so nothing that the run was measured on; of a
 * frozen generator's run as well as of a trained policy's.
 */
import { comparableText } from '../../core/comparable-text.ts'
import { BatonError } from '../../core/failure.ts'
import { type Problem, problemText } from '../../core/problem.ts'
import { placeOf, type RolloutDigest, type SampledRollout } from '../../core/records.ts'
import { createProblemFinder } from '../../reports/index.ts'
import { assertRunKind, fingerprint, type RunReader, readRun } from '../../runs/index.ts'
import {
  bestAttempts,
  type ImitatedAttempt,
  type ImitatedProblem,
  type ImitatedSource,
  type ImitationTask,
} from './imitated.ts'

/** @throws BatonError where the folder is no training run, or none of its rollouts is good enough. */
export async function attemptsOfRun(folder: string, task: ImitationTask): Promise<ImitatedSource> {
  assertRunKind(folder, 'training')
  const run = readRun(folder)
  try {
    const chosen = run.rolloutDigests({ phase: 'train' }).filter((digest) => isWanted(digest, task))
    const finder = createProblemFinder(run)
    const problems: ImitatedProblem[] = []
    const missing: string[] = []
    let measured = 0
    for (const [problemId, digests] of Map.groupBy(chosen, (digest) => digest.problemId)) {
      const found = await finder.find(digests[0] as RolloutDigest)
      if (found.kind === 'missing') missing.push(found.reason)
      else if (task.isMeasured(comparableText(problemText(found.problem)))) measured += 1
      else {
        const own = imitated(run, { problem: { ...found.problem, id: problemId }, digests }, task)
        if (own.attempts.length > 0) problems.push(own)
      }
    }
    if (problems.length === 0 && measured === 0) throw nothingGood(folder, task, missing[0])
    const notes = [
      ...(missing.length === 0 ? [] : [`${folder}: ${missing.length} problems were not found: ${missing[0]}`]),
      ...(measured === 0 ? [] : [`${folder}: ${measured} problems are left out, the policy is measured on them`]),
    ]
    const texts = problems.map(({ problem, attempts }) => [problem.id, ...attempts.map(({ text }) => text)])
    return { problems, fingerprint: fingerprint(JSON.stringify(texts)), notes }
  } finally {
    run.close()
  }
}

function isWanted({ score }: RolloutDigest, { leastReward }: ImitationTask): boolean {
  if (score.kind !== 'scored') return false
  return leastReward === null ? score.isCorrect : score.reward >= leastReward
}

/** Rollouts are read from the highest reward down, until there are enough distinct ones. */
function imitated(
  run: RunReader,
  { problem, digests }: { readonly problem: Problem; readonly digests: readonly RolloutDigest[] },
  task: ImitationTask,
): ImitatedProblem {
  const rewardOf = ({ score }: RolloutDigest): number => (score.kind === 'scored' ? score.reward : 0)
  let attempts: ImitatedAttempt[] = []
  for (const digest of digests.toSorted((a, b) => rewardOf(b) - rewardOf(a))) {
    if (attempts.length >= task.perProblem) break
    const rollout = run.findRollout(placeOf(digest))
    // What was cut off has no end that could be learned.
    if (rollout?.stopReason !== 'stop') continue
    attempts = bestAttempts([...attempts, attemptOf(rollout, rewardOf(digest), task)], task.perProblem)
  }
  return { problem, asked: null, attempts }
}

/** Of text around a program, only the program as it was run is learned, where it cannot be learned token by token. */
function attemptOf({ text, tokens, outcome }: SampledRollout, reward: number, task: ImitationTask): ImitatedAttempt {
  const program = outcome.environment === 'workflows' && !task.writesPlans ? outcome.program : null
  return { text: program ?? text, sampled: { text, tokens }, reward }
}

function nothingGood(folder: string, { leastReward }: ImitationTask, missing: string | undefined): BatonError {
  const options = { boundary: 'config', code: 'nothing-to-imitate' } as const
  if (missing !== undefined) {
    const message = `training.imitation.from: the problems of ${folder} were not found: ${missing}`
    return new BatonError(message, { ...options, hint: 'Put its problem file back where it was.' })
  }
  return new BatonError(
    leastReward === null
      ? `training.imitation.from: ${folder} has no training rollout that answered right.`
      : `training.imitation.from: ${folder} has no training rollout with a reward of ${leastReward} or more.`,
    { ...options, hint: 'Name another run, or set training.imitation.leastReward lower.' },
  )
}
