/** Evaluation of the policy before, during and after the training, and the fixed workflows it is compared with. */
import { z } from 'zod'

export const evaluationSection = z
  .strictObject({
    problems: z.int().min(1).default(400).describe('Problems measured, at most; fewer when the split has fewer.'),
    samplesPerProblem: z.int().min(1).max(1024).default(1).describe('Completions drawn for each problem.'),
    temperature: z.number().min(0).max(10).default(1).describe('Sampling temperature of the policy; 0 is greedy.'),
    split: z.enum(['validation', 'train']).default('validation').describe('Which problems are measured.'),
    baselines: z
      .strictObject({
        searchProblems: z
          .int()
          .min(0)
          .default(120)
          .describe(
            'Training problems of each type that the search for the best fixed workflow uses; 0 leaves the search out.',
          ),
      })
      .prefault({})
      .describe('Fixed workflows to compare with.'),
  })
  .prefault({})
  .describe('How the policy is measured.')
