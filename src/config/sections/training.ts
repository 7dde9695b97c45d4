/** The training loop: step sizes, policy loss, advantages, optimizer, evaluation and stopping rules. */
import { z } from 'zod'
import { policyLossNames } from '../../core/policy-loss-names.ts'

const clip = (side: string) =>
  z
    .number()
    .min(0)
    .default(0.2)
    .describe(
      `${side} edge of the clip region of the probability ratio. GSPO wants about 3e-4, CISPO reads the upper edge only.`,
    )

const lossSection = z
  .strictObject({
    type: z
      .enum(policyLossNames)
      .default('grpo')
      .describe('Policy loss, by the name that TRL or verl gives it (docs/losses.md).'),
    clipLow: clip('Lower'),
    clipHigh: clip('Upper'),
    twoSidedDelta: z
      .number()
      .positive()
      .nullable()
      .default(null)
      .describe('Upper bound of the ratio in the unclipped arm (two-sided GRPO), above 1 + clipHigh; null is off.'),
    dualClip: z
      .number()
      .gt(1)
      .nullable()
      .default(null)
      .describe('Dual clip: bound on the loss where the advantage is negative, above 1 (3 is usual); null is off.'),
    klCoefficient: z
      .number()
      .min(0)
      .default(0)
      .describe('Weight of the KL term to the frozen starting policy; 0 loads no reference.'),
    klEstimator: z
      .enum(['k1', 'k2', 'k3'])
      .default('k3')
      .describe('Estimator of that term, per token; k3 is never negative and has low variance.'),
    importance: z
      .enum(['token_truncate', 'token_mask', 'sequence_truncate', 'sequence_mask'])
      .nullable()
      .default(null)
      .describe(
        'Correction for log-probs that differ between sampler and trainer; null is off (the embedded engine needs none).',
      ),
    importanceCap: z.number().positive().default(3).describe('Largest importance weight of that correction.'),
    importanceFloor: z
      .number()
      .min(0)
      .default(0)
      .describe('Smallest importance weight of that correction, not above importanceCap; 0 is off.'),
    importanceLength: z
      .enum(['sum', 'mean'])
      .default('sum')
      .describe(
        'How the sequence modes of that correction join the tokens: `sum` (TRL) masks long completions for their length, `mean` does not.',
      ),
    offPolicyLimit: z
      .number()
      .positive()
      .nullable()
      .default(null)
      .describe(
        'Leave out rollouts with a negative advantage whose log-prob fell by more than this on average, in nats a token; null is off.',
      ),
  })
  .prefault({})
  .describe('What is minimised.')

const advantagesSection = z
  .strictObject({
    scale: z
      .enum(['group', 'batch', 'none', 'rloo'])
      .default('group')
      .describe(
        'Divide centred rewards by the deviation of their group (GRPO), of the whole step, or not at all (Dr. GRPO); `rloo` centres on the mean of the others.',
      ),
    epsilon: z.number().min(0).default(1e-4).describe('Added to the deviation before the division.'),
  })
  .prefault({})
  .describe('How rewards become advantages.')

const adamSection = z
  .strictObject({
    beta1: z.number().min(0).lt(1).default(0.9).describe('Decay of the first moment.'),
    beta2: z.number().min(0).lt(1).default(0.99).describe('Decay of the second moment.'),
    epsilon: z.number().positive().default(1e-8).describe('Added to the root of the second moment.'),
    weightDecay: z.number().min(0).default(0).describe('Decoupled weight decay (AdamW).'),
    maxGradNorm: z
      .number()
      .positive()
      .default(1)
      .describe('Gradients with a larger global norm are scaled down to it.'),
  })
  .prefault({})
  .describe('The optimizer.')

const imitationSection = z
  .strictObject({
    steps: z
      .int()
      .min(0)
      .default(0)
      .describe('Steps of imitation, before those of `training.steps` and counted with them; 0: none.'),
    from: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'What is imitated, with environment workflows: run folders (their best rollouts), JSONL files (`messages`, or `prompt` and `completion`), and `experts` (sensible workflows that ship with Baton). Demonstrations have judged sequences of their own.',
      ),
    perProblem: z
      .int()
      .min(1)
      .max(4096)
      .default(4)
      .describe('Attempts of a problem that are kept, no text twice: those with the highest rewards.'),
    leastReward: z
      .number()
      .nullable()
      .default(null)
      .describe('Rollouts of runs with a lower reward are left out; null leaves out those that did not answer right.'),
    heldOut: z
      .number()
      .min(0)
      .max(0.9)
      .default(0.1)
      .describe(
        'Share of the problems, with all their attempts, that is not learned from: what `imitation/held_out_loss` and `imitation/valid_rate` are measured on.',
      ),
    evaluateEvery: z
      .int()
      .min(0)
      .nullable()
      .default(null)
      .describe('Steps between these measurements; null: `training.evaluateEvery`. The last step always has one.'),
    patience: z
      .int()
      .min(1)
      .nullable()
      .default(null)
      .describe(
        'End imitation after so many measurements without a lower held-out loss, and keep the policy of the lowest one; null runs all steps and keeps the last policy.',
      ),
    problemsPerStep: z.int().min(1).max(65_536).default(8).describe('Problems in a step, with all their attempts.'),
    weighting: z
      .enum(['softmax', 'best'])
      .default('softmax')
      .describe('`softmax` of the rewards (RCE), or all weight on the best attempts of a problem (supervised).'),
    rewardScale: z
      .enum(['raw', 'normalised', 'rank'])
      .default('raw')
      .describe('Rewards as they are, divided by their deviation within the problem, or as ranks.'),
    temperature: z.number().positive().default(2).describe('Temperature of the softmax at the first step.'),
    finalTemperature: z.number().positive().default(0.5).describe('At the last step, on a line from the first.'),
    learningRate: z.number().positive().default(3e-4).describe('Highest learning rate, reached after the warm-up.'),
    warmupSteps: z.int().min(0).default(10).describe('Steps over which the learning rate rises from 0.'),
    schedule: z
      .enum(['constant', 'linear', 'cosine'])
      .default('linear')
      .describe('Learning rate after the warm-up: constant, or falling to 0 at the last step.'),
  })
  .prefault({})
  .describe('Imitation of judged attempts before reinforcement: cross-entropy weighted by reward.')

export const trainingSection = z
  .strictObject({
    steps: z
      .int()
      .min(0)
      .default(60)
      .describe('Training steps: each samples, scores and learns once. 0 where only imitation is wanted.'),
    imitation: imitationSection,
    rollouts: z
      .enum(['sampled', 'collected'])
      .default('sampled')
      .describe(
        '`sampled`: from the newest weights, run and scored. `collected`: those that were judged before the training.',
      ),
    problemsPerStep: z.int().min(1).max(65_536).default(16).describe('Problems (groups) in a step.'),
    groupSize: z
      .int()
      .min(2)
      .max(4096)
      .default(8)
      .describe(
        'Rollouts of one problem. Advantages are centred within the group, so one alone has nothing to be compared with.',
      ),
    learningRate: z.number().positive().default(3e-4).describe('Highest learning rate, reached after the warm-up.'),
    warmupSteps: z.int().min(0).default(3).describe('Steps over which the learning rate rises from 0.'),
    schedule: z
      .enum(['constant', 'linear', 'cosine'])
      .default('constant')
      .describe('Learning rate after the warm-up: constant, or falling to 0 at the last step.'),
    minibatchSize: z
      .int()
      .min(1)
      .nullable()
      .default(null)
      .describe('Rollouts in one optimizer update; null is all of the step.'),
    iterations: z.int().min(1).max(64).default(1).describe('Passes over the rollouts of a step (mu in the papers).'),
    loss: lossSection,
    advantages: advantagesSection,
    sharedDraws: z
      .boolean()
      .default(false)
      .describe(
        'Rollouts of a group draw alike: what two workflows ask alike is answered alike, and bought once. Rewards then differ by the workflow, not by luck (common random numbers).',
      ),
    dropZeroSignalGroups: z
      .boolean()
      .default(true)
      .describe(
        'Leave out groups whose rewards are all the same (no spread): they teach nothing. They are counted either way.',
      ),
    adam: adamSection,
    concurrency: z
      .int()
      .min(1)
      .max(4096)
      .default(16)
      .describe('Rollouts executed at once. Changes the speed, never the numbers.'),
    evaluateEvery: z
      .int()
      .min(0)
      .default(20)
      .describe(
        'Steps between evaluations on validation problems (`evaluation.during`); 0 evaluates before and after only. Where the result is measured on other problems, the first and the last policy are measured on these, too.',
      ),
    checkpointEvery: z.int().min(1).default(10).describe('Steps between checkpoints; the last step always has one.'),
    keepCheckpoints: z
      .int()
      .min(1)
      .default(3)
      .describe('Checkpoints kept; older ones are deleted, the newest healthy one never.'),
    maxCostUsd: z
      .number()
      .positive()
      .nullable()
      .default(null)
      .describe('Stop, resumable, before the calls of this run have cost more; null sets no limit.'),
    maxUnscorableRate: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe('Stop, resumable, when a larger share of the rollouts of a step could not be scored.'),
    acceptLowSignal: z
      .boolean()
      .default(false)
      .describe(
        'Train even when the forecast says that hardly any group will carry signal (right and wrong answers mixed).',
      ),
  })
  .prefault({})
  .describe('The training loop.')
