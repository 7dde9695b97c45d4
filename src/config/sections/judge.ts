/** How answers are judged where no exact scorer decides; the judge's server is `llm.judge`. */
import { z } from 'zod'
import { path } from '../kinds.ts'

const limit = (what: string) =>
  z
    .number()
    .min(0)
    .max(1)
    .default(0.25)
    .describe(`Largest share of ${what} that the trial accepts; above it the run stops before its first step.`)

export const judgeSection = z
  .strictObject({
    votes: z
      .int()
      .min(1)
      .max(15)
      .refine((votes) => votes % 2 === 1, 'it must be odd')
      .default(1)
      .describe(
        'Times that the judge is asked about an answer, each with another seed, until more than half agree; an odd number. Use it with llm.judge.temperature above 0.',
      ),
    calibration: path()
      .nullable()
      .default(null)
      .describe(
        'What `npx baton judge calibrate --out` wrote about this judge: kept in the run and shown in its report. null: the report says that the judge is not calibrated.',
      ),
    trial: z
      .strictObject({
        problems: z
          .int()
          .min(0)
          .max(1000)
          .default(16)
          .describe(
            'Problems of the run on which the judge is tried before the first step, each with a right and a wrong answer: two calls a problem. 0 leaves the trial out.',
          ),
        maxFalseTrueRate: limit('wrong answers called true'),
        maxFalseFalseRate: limit('right answers called false'),
      })
      .prefault({})
      .describe('The trial of the judge on known right and known wrong answers (docs/judges.md).'),
  })
  .prefault({})
  .describe('How answers are judged where no exact scorer decides. The server is `llm.judge`.')
