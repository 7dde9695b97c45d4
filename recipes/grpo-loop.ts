/**
 * GRPO in one file: `npm run grpo-loop [-- --steps 60 --seed 1]`. The shipped policy learns to write workflows for the
 * shipped problems, against the offline simulator, by the method that `baton train` uses, without its journal, checkpoints,
 * health rules and report. To read the whole method, start here; src/training/train.ts is the same loop with the rest.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadConfig } from '../src/config/index.ts'
import { advantages } from '../src/core/advantages.ts'
import { rateByProblem } from '../src/core/clustered-rate.ts'
import type { PolicyLossOptions } from '../src/core/policy-loss.ts'
import type { Problem } from '../src/core/problem.ts'
import { type RandomKey, randomFor } from '../src/core/random.ts'
import { loadProblems } from '../src/datasets/index.ts'
import type { SampledCompletion, TrainingDatum } from '../src/engines/index.ts'
import { openSession } from '../src/session/open-session.ts'
import type { AttemptOutcome } from '../src/training/index.ts'

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    'test-problems': { type: 'string', default: '200' },
  },
})
const steps = Number(values.steps)
const seed = Number(values.seed)

const problemsPerStep = 16
const groupSize = 8
const minibatchSize = 32
const adam = { learningRate: 1.5e-4, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1 }
const loss: PolicyLossOptions = {
  loss: 'grpo',
  clipLow: 0.2,
  clipHigh: 0.2,
  twoSidedDelta: null,
  dualClip: null,
  maxCompletionLength: 96,
  klCoefficient: 0,
  klEstimator: 'k2',
  importance: null,
  offPolicyLimit: null,
}

interface Rollout {
  readonly problem: Problem
  readonly completion: SampledCompletion
  readonly outcome: AttemptOutcome
}

const root = join(import.meta.dirname, '..')
const { config } = loadConfig({ preset: 'quickstart', set: [`seed=${seed}`] })
const { problems: training } = await loadProblems(join(root, 'data/problems/train.jsonl'), { skipBadRows: false })
const { problems: held } = await loadProblems(join(root, 'data/problems/test.jsonl'), { skipBadRows: false })
const test = held.slice(0, Number(values['test-problems']))

const { signal } = new AbortController()
const { engine, environment, close } = await openSession(config, undefined, join(root, 'models/conductor'), signal)
try {
  await measure('before')
  for (let step = 1; step <= steps; step++) await trainStep(step)
  await measure('after')
} finally {
  await close()
}

/** Sample a group of workflows for each problem, run and score them, learn from how each did against its group. */
async function trainStep(step: number): Promise<void> {
  const rng = randomFor(seed, 'problems', step)
  const problems = Array.from({ length: problemsPerStep }, () => rng.pick(training))
  const groups = await rollOut(problems, groupSize, { temperature: 1, key: [seed, step] })

  // Relative to the mean of the group, in units of the deviation of the step; unscored attempts get no advantage.
  const rewards = groups.map((group) => group.map(rewardOf))
  const relative = advantages(rewards, { scale: 'batch', epsilon: 1e-4 })

  // Tokens are trained on as they were sampled, with the log-probs of the sampler; text is never tokenised again.
  const data = groups.flatMap((group, g) =>
    group.map(
      ({ problem, completion }, i): TrainingDatum => ({
        prompt: environment.prompt(problem, engine.tokenizer),
        completion: completion.tokens,
        oldLogprobs: completion.logprobs,
        advantage: relative[g]?.[i] ?? 0,
      }),
    ),
  )
  const informative = data.filter(({ advantage }) => advantage !== 0)
  const order = randomFor(seed, 'minibatches', step).shuffle(informative)
  for (let start = 0; start < order.length; start += minibatchSize) {
    await engine.forwardBackward(order.slice(start, start + minibatchSize), { kind: 'policy', options: loss })
    await engine.optimStep(adam)
  }

  const scored = rewards.flat().filter((reward) => reward !== null)
  const mean = scored.reduce((sum, reward) => sum + reward, 0) / Math.max(1, scored.length)
  const mixed = relative.filter((group) => group.some((advantage) => advantage !== 0)).length
  console.log(
    `step ${step}/${steps}  reward ${mean.toFixed(2)}  right ${percent(rightOf(groups).value)}  groups that teach ${mixed}/${problems.length}`,
  )
}

/** Greedy: what would be deployed. */
async function measure(label: string): Promise<void> {
  const groups = await rollOut(test, 1, { temperature: 0, key: [seed, 'test'] })
  const { value, low, high } = rightOf(groups)
  const calls = groups.flat().reduce((sum, { outcome }) => sum + outcome.solving.calls, 0) / test.length
  console.log(
    `${label}: ${percent(value)} [${percent(low)}, ${percent(high)}] of ${test.length} test problems right, ${calls.toFixed(1)} calls a problem`,
  )
}

async function rollOut(
  problems: readonly Problem[],
  count: number,
  { temperature, key }: { readonly temperature: number; readonly key: RandomKey },
): Promise<Rollout[][]> {
  const requests = problems.map((problem, i) => ({
    prompt: environment.prompt(problem, engine.tokenizer),
    count,
    key: [...key, i],
  }))
  const sampled = await engine.sample(requests, { maxTokens: loss.maxCompletionLength, temperature, topP: 1 })
  return Promise.all(
    problems.map((problem, i) =>
      Promise.all(
        (sampled[i] ?? []).map(async (completion, j): Promise<Rollout> => {
          const isWhole = completion.stopReason === 'stop'
          const text = engine.tokenizer.decode(isWhole ? completion.tokens.slice(0, -1) : completion.tokens)
          // Parses, validates and runs the program in the sandbox; the simulator answers its operators' calls.
          const outcome = await environment.attempt(problem, text, completion, { key: [...key, i, j], signal })
          return { problem, completion, outcome }
        }),
      ),
    ),
  )
}

function rewardOf({ outcome: { score } }: Rollout): number | null {
  return score.kind === 'scored' ? score.reward : null
}

/** The unit is the problem: rollouts of one are one cluster. */
function rightOf(groups: readonly (readonly Rollout[])[]): ReturnType<typeof rateByProblem> {
  return rateByProblem(
    groups.flat().map(({ problem, outcome: { score } }) => ({
      problemId: problem.id,
      isCorrect: score.kind === 'scored' ? score.isCorrect : null,
    })),
  )
}

function percent(rate: number): string {
  return `${(100 * rate).toFixed(1)} %`
}
