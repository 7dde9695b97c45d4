/** Evaluation of the policy before, during and after the training, and the fixed workflows it is compared with. */
import { z } from 'zod'

export const evaluationSection = z
  .strictObject({
    decodings: z
      .array(z.enum(['greedy', 'sampled']))
      .min(1)
      .default(['greedy', 'sampled'])
      .describe(
        'How the policy writes when it is measured. `greedy`: the likeliest token each time, once a problem, as it is deployed; reports show it first. `sampled`: as it writes in training.',
      ),
    samplesPerProblem: z
      .int()
      .min(1)
      .max(1024)
      .default(1)
      .describe('Completions drawn for each problem where the policy is sampled.'),
    temperature: z
      .number()
      .min(0)
      .max(10)
      .default(1)
      .describe('Temperature where the policy is sampled; 0 would be greedy, and leaves `sampled` out.'),
    split: z
      .enum(['auto', 'test', 'validation', 'train'])
      .default('auto')
      .describe(
        'Problems that the result is measured on, before and after the training. `auto`: `data.test` where it is set, else `data.validation`.',
      ),
    problems: z.int().min(1).default(400).describe('Problems of that split, at most; fewer when it has fewer.'),
    during: z
      .strictObject({
        problems: z
          .int()
          .min(1)
          .default(100)
          .describe('Problems of `data.validation` that each evaluation during the training uses, at most.'),
      })
      .prefault({})
      .describe('Evaluations in the course of the training, every `training.evaluateEvery` steps.'),
    baselines: z
      .strictObject({
        searchProblems: z
          .int()
          .min(0)
          .default(120)
          .describe(
            'Training problems of each type that the search for the best fixed workflow uses; 0 leaves the search out.',
          ),
        frontier: z
          .int()
          .min(2)
          .max(20)
          .default(6)
          .describe(
            'Fixed workflows of each type, at most, that are measured for the frontier of accuracy against calls: those that no other one beats without more calls.',
          ),
      })
      .prefault({})
      .describe('Fixed workflows to compare with.'),
  })
  .prefault({})
  .describe('How the policy is measured.')
