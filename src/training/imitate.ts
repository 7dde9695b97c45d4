/**
 * Imitation before reinforcement: judged attempts are learned from by cross-entropy, each weighted by its reward within
 * its problem. A step takes some problems with all their attempts, and has its line in the metrics like any other.
 */
import { heldOutLoss } from '../core/imitation-stage.ts'
import { imitationWeights } from '../core/imitation-weights.ts'
import { meanOf } from '../core/moments.ts'
import type { Metrics, StepRecord } from '../core/records.ts'
import { learningRateAt, temperatureAt } from '../core/schedules.ts'
import type { Constraint, TokenSequence, TrainingDatum } from '../engines/policy-engine.ts'
import { heldTo } from './environment.ts'
import { type JudgedProblem, judgedProblemsOfStep, learnable, scoredAttempts } from './judged.ts'
import type { TrainingRun } from './training-run.ts'

/** @param step 1-based, at most `training.imitation.steps`. */
export async function imitationStep(run: TrainingRun, step: number): Promise<StepRecord> {
  const { config, engine, store, signal } = run
  const { imitation, adam } = config.training
  const evaluateEvery = imitation.evaluateEvery ?? config.training.evaluateEvery
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
    num_tokens: (store.steps().at(-1)?.metrics['num_tokens'] ?? 0) + tokensOf(data),
    'imitation/temperature': temperature,
    ...(isMeasured ? await heldOutMetrics(run) : {}),
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
  const prompt = promptOf(run, problem)
  const held = heldOf(run, problem)
  return attempts.flatMap(({ tokens }, i) => {
    const advantage = weights[i] as number
    return advantage === 0 ? [] : [{ prompt, completion: tokens, ...held, oldLogprobs: [], advantage }]
  })
}

function promptOf({ environment, engine }: TrainingRun, { problem, prompt }: JudgedProblem): readonly number[] {
  return prompt ?? environment.prompt(problem, engine.tokenizer)
}

/** What has a prompt of its own is not asked by the environment, and free. */
function heldOf(
  { environment }: TrainingRun,
  { problem, prompt }: JudgedProblem,
): { readonly constraint?: Constraint } {
  return prompt === undefined ? heldTo(environment, problem.type) : {}
}

function tokensOf(data: readonly TrainingDatum[]): number {
  return data.reduce((sum, { completion }) => sum + completion.length, 0)
}

/** On problems that are not learned from. */
async function heldOutMetrics(run: TrainingRun): Promise<Metrics> {
  const { areChosen } = run.judged ?? {}
  const problems = learnable(run.judged?.heldOut ?? [], { dropZeroSignal: false, areChosen })
  if (problems.length === 0) return {}
  return { [heldOutLoss]: await lossOn(run, problems), ...(await validRate(run, problems)) }
}

/** The loss of imitation, a token, at temperature 1 on raw rewards. */
async function lossOn(run: TrainingRun, problems: readonly JudgedProblem[]): Promise<number> {
  const weighted = problems.flatMap((problem): (TokenSequence & { weight: number })[] => {
    const attempts = scoredAttempts(problem)
    const weights = imitationWeights(
      attempts.map(({ reward }) => reward),
      { weighting: 'softmax', rewardScale: 'raw', temperature: 1 },
    )
    const prompt = promptOf(run, problem)
    const held = heldOf(run, problem)
    return attempts.map(({ tokens }, i) => ({ prompt, completion: tokens, ...held, weight: weights[i] as number }))
  })
  const logprobs = await run.engine.logprobs(weighted, run.signal)
  let loss = 0
  let total = 0
  weighted.forEach(({ weight, completion }, i) => {
    for (const logprob of logprobs[i] ?? []) loss -= weight * logprob
    total += weight * completion.length
  })
  return loss / total
}

/** Problems that are sampled for at most: the rate's interval is then at most 12 points to either side. */
const mostSampled = 64

/** The share of sampled completions that the environment could run as they are: one a problem, drawn alike at every step. */
async function validRate(run: TrainingRun, problems: readonly JudgedProblem[]): Promise<Metrics> {
  const { environment, engine, config, signal } = run
  const { isValid } = environment
  if (isValid === undefined) return {}
  const asked = problems.slice(0, mostSampled)
  const { temperature, maxCompletionTokens } = config.policy
  const completions = await engine.sample(
    asked.map((judged) => ({
      ...{ prompt: promptOf(run, judged), count: 1, key: [config.seed, 'imitation', judged.problem.id] },
      ...heldOf(run, judged),
    })),
    { maxTokens: maxCompletionTokens, temperature, topP: 1 },
    signal,
  )
  const valid = asked.filter(({ problem }, i) => {
    const [completion] = completions[i] ?? []
    if (completion?.stopReason !== 'stop') return false
    return isValid(problem, engine.tokenizer.decode(completion.tokens.slice(0, -1)))
  })
  return { 'imitation/valid_rate': valid.length / asked.length, 'imitation/valid_n': asked.length }
}
