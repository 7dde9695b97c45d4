/** The members of schema 4, as they are in the file. */
import { z } from 'zod'
import { sequenceSources } from '../schema.ts'

/** Where a file says that a sequence failed, and not how. */
export const wholeFailure = 'unknown'

const candidateSchema = z.object({
  pointer: z.array(z.number().int()).min(1),
  pointer_ids: z.array(z.string()),
  gen_method: z.enum(sequenceSources),
  beam_rank: z.number().int().nullable(),
  beam_score: z.number().nullable(),
  logprob_score: z.number().nullable(),
  temperature: z.number().nullable(),
  vqa_pred_answer: z.string().nullable(),
  vqa_raw_generation: z.string().nullable(),
  vqa_correct: z.union([z.literal(0), z.literal(1)]).nullable(),
  vqa_acc_score: z.number().min(0).max(1).nullable(),
  vqa_gt_prob: z.number().min(0).max(1).nullable(),
  vqa_rel_score: z.number().min(0).max(1).nullable(),
  vqa_eval_mode: z.enum(['vqaEval', 'fallback', 'error']),
  eval_failed: z.boolean(),
  failure: z.string().nullable(),
})
export type FileCandidate = z.infer<typeof candidateSchema>

const groupSchema = z.object({
  query: z.object({
    query_id: z.string(),
    question_id: z.string(),
    image_id: z.string(),
    question: z.string(),
    gt_answers_raw: z.array(z.string()),
    split: z.string(),
  }),
  candidate_pool_ids: z.array(z.string()).min(1),
  pool_hash: z.string(),
  pointer_candidates: z.array(candidateSchema),
})
export type FileGroup = z.infer<typeof groupSchema>

export const fileSchema = z
  .object({
    _meta: z.object({
      schemaVersion: z.literal(4),
      indexSpace: z.literal('local'),
      pointerOrder: z.literal('pick'),
      vqa_model: z.string(),
      profile: z.unknown().nullable(),
      profileHash: z.string().nullable(),
      poolHash: z.string(),
      indexHash: z.string().nullable(),
    }),
  })
  .catchall(groupSchema)
