/** Rewards: who decides what is right, and what each outcome is worth. */
import { z } from 'zod'
import { path } from '../kinds.ts'

/** The compositions of `src/rewards/compositions`; a test holds the two lists against each other. */
export const rewardPresets = [
  'standard',
  'judge-only',
  'seeds-judge',
  'plan-b',
  'tiers',
  'progressive',
  'aflow-weighted',
  'flowsteer',
] as const

const worth = (value: number, doc: string) => z.number().min(-1000).max(1000).default(value).describe(doc)

export const rewardsSection = z
  .strictObject({
    preset: z
      .enum(rewardPresets)
      .default('standard')
      .describe(
        '`standard`: an exact scorer where there is one (math, code), the judge elsewhere, and the amounts below. `judge-only`: the same amounts, and the judge decides everything. The others have amounts of their own (docs/rewards.md).',
      ),
    module: path()
      .nullable()
      .default(null)
      .describe(
        'TypeScript module with a reward function of your own, which replaces the amounts of the preset (docs/rewards.md); null for none.',
      ),
    moduleTimeoutMs: z
      .int()
      .min(1)
      .max(600_000)
      .default(5000)
      .describe(
        'Deadline of the own reward function for one rollout, in ms. A rollout that passes it is `unscorable`.',
      ),
    weights: z
      .record(z.string(), z.number().min(0).max(1000))
      .nullable()
      .default(null)
      .describe(
        'Weights of parts by name, in place of those of the preset or the module: `{correctness: 0.8}`; null for their own. `standard` and `judge-only` have amounts instead.',
      ),
    correct: worth(10, 'For a right answer.'),
    wrong: worth(-5, 'For a wrong answer.'),
    violation: worth(-5, 'Added once when the workflow uses an operator that its problem type does not allow.'),
    executionFailure: worth(-10, 'When the workflow could not be read or run, instead of right or wrong.'),
    fallback: worth(
      -10,
      'When the fallback workflow answered in its place, instead of right or wrong: its answer earns the policy nothing.',
    ),
    repair: worth(
      -0.5,
      'Added for each repair that the program needed before it could run, times its weight (docs/workflow-contract.md).',
    ),
    callPrice: z
      .number()
      .min(0)
      .max(1000)
      .default(0)
      .describe(
        "Taken for each call that the workflow's operators make to the executor, from a workflow that answered. A call that the client repeats, because the service failed, counts once; the judge's calls do not count. Ten calls must cost less than the distance from `correct` to `wrong`.",
      ),
    range: z
      .tuple([z.number(), z.number()])
      .default([-10, 10])
      .describe('Rewards are clamped to this range, lowest and highest.'),
  })
  .prefault({})
  .describe('What each outcome is worth.')
