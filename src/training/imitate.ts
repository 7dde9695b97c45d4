/**
 * Imitation before reinforcement: judged attempts are learned from by cross-entropy, each weighted by its reward within
 * its problem. A step takes some problems with all their attempts, and has its line in the metrics like any other.
 */
import { imitationWeights } from '../core/imitation-weights.ts'
import { meanOf } from '../core/moments.ts'
import type { Metrics, StepRecord } from '../core/records.ts'
import { learningRateAt, temperatureAt } from '../core/schedules.ts'
import type { TokenSequence, TrainingDatum } from '../engines/policy-engine.ts'
import { type JudgedProblem, judgedProblemsOfStep, learnable, scoredAttempts } from './judged.ts'
import type { TrainingRun } from './training-run.ts'

/** @param step 1-based, at most `training.imitation.steps`. */
export async function imitationStep(run: TrainingRun, step: number): Promise<StepRecord> {
  const { config, engine, store, signal } = run
  const { imitation, adam, evaluateEvery } = config.training
  const startedAt = run.now()
  const chosen = judgedProblemsOfStep(run, step, imitation.problemsPerStep)
  const temperature = temperatureAt(
    imitation.temperature,
    { shape: 'linear', final: imitation.finalTemperature },
    { step, totalSteps: imitation.steps },
  )
  const data = chosen.flatMap((problem) => imitationData(run, problem, temperature))
  const { loss, entropy } = await engine.forwardBackward(data, { kind: 'cross-entropy' }, signal)
  const learningRate = learningRateAt(imitation, step, imitation.steps)
  const { gradNorm, isApplied } = await engine.optimStep({ ...adam, learningRate }, signal)
  const isMeasured = step === imitation.steps || (evaluateEvery > 0 && step % evaluateEvery === 0)
  const rewards = chosen.flatMap((problem) => scoredAttempts(problem).map(({ reward }) => reward))
  const metrics: Metrics = {
    reward: meanOf(rewards),
    loss,
    entropy,
    grad_norm: gradNorm,
    learning_rate: learningRate,
    'optimizer/steps': 1,
    'optimizer/skipped': isApplied ? 0 : 1,
    'imitation/temperature': temperature,
    ...(isMeasured ? await heldOutLoss(run) : {}),
    'time/step_s': (run.now() - startedAt) / 1000,
  }
  const record: StepRecord = { version: 1, step, metrics }
  store.recordStep(record)
  return record
}

/** The weights of a problem's attempts add up to 1. */
function imitationData(run: TrainingRun, problem: JudgedProblem, temperature: number): TrainingDatum[] {
  const attempts = scoredAttempts(problem)
  const { weighting, rewardScale } = run.config.training.imitation
  const rewards = attempts.map(({ reward }) => reward)
  const weights = imitationWeights(rewards, { weighting, rewardScale, temperature })
  const prompt = run.environment.prompt(problem.problem, run.engine.tokenizer)
  return attempts.flatMap(({ tokens }, i) => {
    const advantage = weights[i] as number
    return advantage === 0 ? [] : [{ prompt, completion: tokens, oldLogprobs: [], advantage }]
  })
}

/** The loss of imitation, a token, at temperature 1 on raw rewards, on problems that are not learned from. */
async function heldOutLoss({ environment, engine, judged, signal }: TrainingRun): Promise<Metrics> {
  const problems = learnable(judged?.heldOut ?? [], false)
  if (problems.length === 0) return {}
  const weighted = problems.flatMap((problem): (TokenSequence & { weight: number })[] => {
    const attempts = scoredAttempts(problem)
    const weights = imitationWeights(
      attempts.map(({ reward }) => reward),
      { weighting: 'softmax', rewardScale: 'raw', temperature: 1 },
    )
    const prompt = environment.prompt(problem.problem, engine.tokenizer)
    return attempts.map(({ tokens }, i) => ({ prompt, completion: tokens, weight: weights[i] as number }))
  })
  const logprobs = await engine.logprobs(weighted, signal)
  let loss = 0
  let total = 0
  weighted.forEach(({ weight, completion }, i) => {
    for (const logprob of logprobs[i] ?? []) loss -= weight * logprob
    total += weight * completion.length
  })
  return { 'imitation/held_out_loss': loss / total }
}
