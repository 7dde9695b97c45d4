/** Rewards: who decides what is right, and what each outcome is worth. */
import { z } from 'zod'

const worth = (value: number, doc: string) => z.number().min(-1000).max(1000).default(value).describe(doc)

export const rewardsSection = z
  .strictObject({
    preset: z
      .enum(['standard', 'judge-only'])
      .default('standard')
      .describe(
        '`standard`: an exact scorer where there is one (math, code), the judge elsewhere. `judge-only`: the judge decides everything.',
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
