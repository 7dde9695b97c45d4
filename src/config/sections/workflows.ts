/** Workflows: what the policy is offered to write them with. */
import { z } from 'zod'

export const workflowsSection = z
  .strictObject({
    contract: z
      .enum(['full', 'simple'])
      .default('full')
      .describe(
        '`full`: every operator that the problem type allows. `simple`: a few for each type (math: AnswerGenerate, Review, Revise, Programmer; code: Programmer, Test; QA: AnswerGenerate, Review). Using another operator is a broken rule.',
      ),
    form: z
      .enum(['program', 'plan'])
      .default('program')
      .describe(
        'What the full prompt asks for: `program`, Python; `plan`, JSON that a program is written from. Either is read, whatever was asked for.',
      ),
  })
  .prefault({})
  .describe('Workflows. `baton contract show` prints the contract that a policy works with.')
