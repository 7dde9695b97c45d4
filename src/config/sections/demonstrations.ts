/** Choosing demonstrations: what was collected, whom to ask about new sequences, and what an answer is worth. */
import { z } from 'zod'
import { path } from '../kinds.ts'

/** Formulas: docs/demonstrations-selector.md. */
export const rewardModes = [
  'hard_plus_soft',
  'hard_plus_soft_v2',
  'separated',
  'hybrid',
  'hard_only',
  'soft_only',
  'hard01_plus_gtprob',
  'hard01_plus_gtprob_separated',
  'hard_plus_gtprob_plus_rel',
] as const

const weight = (what: string, value: number) => z.number().default(value).describe(`Weight of ${what}.`)

export const demonstrationsSection = z
  .strictObject({
    collection: path()
      .nullable()
      .default(null)
      .describe(
        'Run folder of `npx baton demos collect`: its sequences and embeddings are used, and new sequences are judged as it judged.',
      ),
    sequences: z
      .array(path())
      .default([])
      .describe('Files of judged sequences, of one evaluation profile; empty: those of the collection.'),
    embeddings: path().nullable().default(null).describe('Embeddings of the index; null: those of the collection.'),
    queryEmbeddings: path()
      .nullable()
      .default(null)
      .describe('Embeddings of the questions, if they are not rows of the index.'),
    heldOutShare: z
      .number()
      .min(0)
      .max(0.9)
      .default(0.2)
      .describe('Share of the questions that is never trained on: the result is measured on them.'),
    reward: z
      .strictObject({
        mode: z.enum(rewardModes).default('hard_plus_soft').describe('Formula of the reward.'),
        hardWeight: weight('a right answer', 1),
        softWeight: weight('the share of annotators who agree', 1),
        relevanceWeight: weight('likeness to the nearest reference', 0.1),
      })
      .prefault({})
      .describe(
        'What an answer is worth. An answer that the fallback scorer judged is worth nothing and counts nowhere.',
      ),
  })
  .prefault({})
  .describe('Choosing demonstrations. Read with `environment: demonstrations`.')
