/** The problems: where they come from and which of them are used. */
import { z } from 'zod'
import { path } from '../kinds.ts'

const share = (type: string) =>
  z.number().min(0).default(0).describe(`Share of ${type} problems; only the proportions matter.`)

export const dataSection = z
  .strictObject({
    train: path()
      .default('data/problems/train.jsonl')
      .describe('Problems to train on: a JSONL file, one problem a line.'),
    validation: path()
      .default('data/problems/validation.jsonl')
      .describe('Problems to choose by and to watch the training on: never trained on, so another file.'),
    test: path()
      .nullable()
      .default(null)
      .describe(
        'Problems to report on, used for nothing else: a third file. null: there is none, and `data.validation` is reported on.',
      ),
    skipBadRows: z
      .boolean()
      .default(false)
      .describe('Leave malformed rows out, counted, instead of stopping at the first.'),
    mix: z
      .strictObject({ math: share('math'), code: share('code'), qa: share('QA') })
      .nullable()
      .default(null)
      .describe(
        'Proportions of the problem types in training, e.g. `{math: 4, code: 3, qa: 3}`; null takes them as the file has them.',
      ),
    maxDifficulty: z
      .int()
      .min(1)
      .max(5)
      .default(5)
      .describe('Harder problems are left out of training (1 easiest, 5 hardest).'),
    limit: z.int().min(1).nullable().default(null).describe('At most this many training problems; null is all.'),
  })
  .prefault({})
  .describe('The problems.')
